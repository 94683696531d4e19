import type { Thing as M1 } from '../local/room.js';
import type { Thing as M2 } from '../catalogue/room.js';
import type { Thing as M3 } from '../cli/room.js';

export type Planted = readonly [M1, M2, M3];
