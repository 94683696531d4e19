import type { Thing as M1 } from '../domain/room.js';
import type { Thing as M2 } from '../messages/room.js';
import type * as m3 from 'zod';
import type * as m4 from '@temporalio/workflow';
import type * as m5 from 'node:crypto';

export type Planted = readonly [M1, M2, typeof m3, typeof m4, typeof m5];
