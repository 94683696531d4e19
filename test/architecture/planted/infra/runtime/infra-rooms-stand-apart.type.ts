import type { Thing as M1 } from '../local/room.js';
import type { Thing as M2 } from '../migrations/room.js';
import type { Thing as M3 } from '../catalogue/room.js';
import type { Thing as M4 } from '../cli/room.js';

export type Planted = readonly [M1, M2, M3, M4];
