import { thing as m1 } from '../../workflows/contracts/room.js';
import { thing as m2 } from '../runtime/room.js';
import * as m3 from 'pg';
import type { Thing as M50 } from '../../workflows/contracts/room.js';
import type { Thing as M51 } from '../runtime/room.js';
import type * as m52 from 'pg';

export const planted = [m1, m2, m3];
export type Planted = readonly [M50, M51, typeof m52];
