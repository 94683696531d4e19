import { thing as m1 } from '../messages/room.js';
import { thing as m2 } from '../flows/room.js';
import * as m3 from 'zod';
import * as m4 from '@temporalio/workflow';
import * as m5 from 'node:crypto';

export const planted = [m1, m2, m3, m4, m5];
