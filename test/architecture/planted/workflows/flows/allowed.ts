import { thing as m1 } from '../contracts/room.js';
import { thing as m2 } from '../domain/room.js';
import { thing as m3 } from '../messages/room.js';
import * as m4 from '@temporalio/workflow';
import * as m5 from '@temporalio/common';
import type { Thing as M50 } from '../contracts/room.js';
import type { Thing as M51 } from '../domain/room.js';
import type { Thing as M52 } from '../messages/room.js';
import type * as m53 from '@temporalio/workflow';
import type * as m54 from '@temporalio/common';

export const planted = [m1, m2, m3, m4, m5];
export type Planted = readonly [M50, M51, M52, typeof m53, typeof m54];
