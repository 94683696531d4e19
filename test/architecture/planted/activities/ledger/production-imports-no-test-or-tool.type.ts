import type { Thing as M1 } from './room.test.js';

export type Planted = readonly [M1];
