import type { Thing as M1 } from '../../test/room.js';

export type Planted = readonly [M1];
