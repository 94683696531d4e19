import { thing as m1 } from '../../workflows/contracts/room.js';
import { thing as m2 } from '../room.js';
import { thing as m3 } from '../management/room.js';
import { thing as m4 } from '../../activities/ledger/room.js';
import { thing as m5 } from '../../infra/runtime/room.js';
import { thing as m6 } from '../../workers/room.js';
import { thing as m7 } from '../../test/room.js';
import * as m8 from 'fastify';
import * as m9 from 'pg';
import * as m10 from 'undici';
import * as m11 from '@temporalio/client';

export const planted = [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11];
