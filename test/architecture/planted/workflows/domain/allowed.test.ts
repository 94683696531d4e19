import { thing as m1 } from '../contracts/room.js';
import * as m2 from 'vitest';
import * as m3 from 'fast-check';
import * as m4 from 'node:fs';
import type { Thing as M50 } from '../contracts/room.js';
import type * as m51 from 'vitest';
import type * as m52 from 'fast-check';
import type * as m53 from 'node:fs';

export const planted = [m1, m2, m3, m4];
export type Planted = readonly [M50, typeof m51, typeof m52, typeof m53];
