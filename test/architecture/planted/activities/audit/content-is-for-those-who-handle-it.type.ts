import type { Thing as M1 } from '../content/room.js';

export type Planted = readonly [M1];
