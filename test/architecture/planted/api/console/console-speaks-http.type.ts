import type { Thing as M1 } from '../../workflows/contracts/room.js';
import type { Thing as M2 } from '../room.js';
import type { Thing as M3 } from '../management/room.js';
import type { Thing as M4 } from '../../activities/ledger/room.js';
import type { Thing as M5 } from '../../infra/runtime/room.js';
import type { Thing as M6 } from '../../workers/room.js';
import type { Thing as M7 } from '../../test/room.js';
import type * as m8 from 'fastify';
import type * as m9 from 'pg';
import type * as m10 from 'undici';
import type * as m11 from '@temporalio/client';

export type Planted = readonly [M1, M2, M3, M4, M5, M6, M7, typeof m8, typeof m9, typeof m10, typeof m11];
