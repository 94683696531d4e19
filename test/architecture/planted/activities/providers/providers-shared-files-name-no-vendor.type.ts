import type { Thing as M1 } from './alpha/room.js';
import type { Thing as M2 } from './registry.js';

export type Planted = readonly [M1, M2];
