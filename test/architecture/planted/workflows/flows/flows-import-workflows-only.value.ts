import { thing as m1 } from '../../activities/ledger/room.js';
import * as m2 from 'zod';
import * as m3 from '@temporalio/client';
import * as m4 from 'node:crypto';

export const planted = [m1, m2, m3, m4];
