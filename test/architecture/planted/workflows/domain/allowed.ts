import { thing as m1 } from '../contracts/room.js';
import { thing as m2 } from './room.js';
import type { Thing as M50 } from '../contracts/room.js';
import type { Thing as M51 } from './room.js';

export const planted = [m1, m2];
export type Planted = readonly [M50, M51];
