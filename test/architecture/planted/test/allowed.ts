import { thing as m1 } from '../workers/room.js';
import { thing as m2 } from '../workflows/flows/room.js';
import { thing as m3 } from '../activities/ledger/room.js';
import { thing as m4 } from '../activities/providers/alpha/room.js';
import { thing as m5 } from '../api/room.js';
import { thing as m6 } from '../infra/local/room.js';
import * as m7 from 'undici';
import * as m8 from 'pg';
import * as m9 from 'vitest';
import * as m10 from 'openai';
import * as m11 from '@temporalio/testing';
import * as m12 from '@temporalio/worker';
import * as m13 from '@temporalio/client';
import * as m14 from 'fastify';
import type { Thing as M50 } from '../workers/room.js';
import type { Thing as M51 } from '../workflows/flows/room.js';
import type { Thing as M52 } from '../activities/ledger/room.js';
import type { Thing as M53 } from '../activities/providers/alpha/room.js';
import type { Thing as M54 } from '../api/room.js';
import type { Thing as M55 } from '../infra/local/room.js';
import type * as m56 from 'undici';
import type * as m57 from 'pg';
import type * as m58 from 'vitest';
import type * as m59 from 'openai';
import type * as m60 from '@temporalio/testing';
import type * as m61 from '@temporalio/worker';
import type * as m62 from '@temporalio/client';
import type * as m63 from 'fastify';

export const planted = [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14];
export type Planted = readonly [
  M50,
  M51,
  M52,
  M53,
  M54,
  M55,
  typeof m56,
  typeof m57,
  typeof m58,
  typeof m59,
  typeof m60,
  typeof m61,
  typeof m62,
  typeof m63,
];
