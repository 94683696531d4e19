import { thing as m1 } from './room.js';
import type { Thing as M50 } from './room.js';

export const planted = [m1];
export type Planted = readonly [M50];
