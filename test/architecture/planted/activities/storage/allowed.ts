import { thing as m1 } from '../../workflows/contracts/room.js';
import * as m2 from 'pg';
import type { Thing as M50 } from '../../workflows/contracts/room.js';
import type * as m51 from 'pg';

export const planted = [m1, m2];
export type Planted = readonly [M50, typeof m51];
