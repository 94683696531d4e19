import type { Thing as M1 } from '../../workers/room.js';

export type Planted = readonly [M1];
