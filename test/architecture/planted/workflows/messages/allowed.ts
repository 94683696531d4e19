import { thing as m1 } from '../contracts/room.js';
import * as m2 from '@temporalio/workflow';
import * as m3 from '@temporalio/common';
import type { Thing as M50 } from '../contracts/room.js';
import type * as m51 from '@temporalio/workflow';
import type * as m52 from '@temporalio/common';

export const planted = [m1, m2, m3];
export type Planted = readonly [M50, typeof m51, typeof m52];
