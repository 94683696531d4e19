import { thing as m1 } from '../../workflows/contracts/room.js';
import { thing as m2 } from '../../workflows/domain/room.js';
import { thing as m3 } from '../storage/room.js';
import { thing as m4 } from '../content/room.js';
import { thing as m5 } from './room.js';
import { thing as m8 } from '../streams/room.js';
import * as m6 from 'node:crypto';
import * as m7 from '@temporalio/activity';
import type { Thing as M50 } from '../../workflows/contracts/room.js';
import type { Thing as M51 } from '../../workflows/domain/room.js';
import type { Thing as M52 } from '../storage/room.js';
import type { Thing as M53 } from '../content/room.js';
import type { Thing as M54 } from './room.js';
import type * as m55 from 'node:crypto';
import type * as m56 from '@temporalio/activity';
import type * as m57 from 'pg';

export const planted = [m1, m2, m3, m4, m5, m6, m7, m8];
export type Planted = readonly [M50, M51, M52, M53, M54, typeof m55, typeof m56, typeof m57];
