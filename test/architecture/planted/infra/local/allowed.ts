import { thing as m1 } from '../../workflows/contracts/room.js';
import { thing as m2 } from '../runtime/room.js';
import { thing as m3 } from '../migrations/room.js';
import { thing as m4 } from '../catalogue/room.js';
import * as m5 from 'pg';
import * as m6 from '@temporalio/client';
import type { Thing as M50 } from '../../workflows/contracts/room.js';
import type { Thing as M51 } from '../runtime/room.js';
import type { Thing as M52 } from '../migrations/room.js';
import type { Thing as M53 } from '../catalogue/room.js';
import type * as m54 from 'pg';
import type * as m55 from '@temporalio/client';

export const planted = [m1, m2, m3, m4, m5, m6];
export type Planted = readonly [M50, M51, M52, M53, typeof m54, typeof m55];
