import { thing as m1 } from '../../workflows/contracts/room.js';
import * as m2 from '@temporalio/worker';
import * as m3 from '@temporalio/client';
import * as m4 from 'pino';
import type { Thing as M50 } from '../../workflows/contracts/room.js';
import type * as m51 from '@temporalio/worker';
import type * as m52 from '@temporalio/client';
import type * as m53 from 'pino';

export const planted = [m1, m2, m3, m4];
export type Planted = readonly [M50, typeof m51, typeof m52, typeof m53];
