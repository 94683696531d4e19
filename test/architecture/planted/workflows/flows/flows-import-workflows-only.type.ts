import type { Thing as M1 } from '../../activities/ledger/room.js';
import type * as m2 from 'zod';
import type * as m3 from '@temporalio/client';
import type * as m4 from 'node:crypto';

export type Planted = readonly [M1, typeof m2, typeof m3, typeof m4];
