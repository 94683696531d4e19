import { thing as m1 } from '../../../workflows/contracts/room.js';
import { thing as m2 } from '../../../workflows/domain/room.js';
import { thing as m3 } from '../../../workflows/messages/room.js';
import { thing as m4 } from '../shared/room.js';
import * as m5 from 'fastify';
import * as m6 from 'zod';
import type { Thing as M50 } from '../../../workflows/contracts/room.js';
import type { Thing as M51 } from '../../../workflows/domain/room.js';
import type { Thing as M52 } from '../../../workflows/messages/room.js';
import type { Thing as M53 } from '../shared/room.js';
import type * as m54 from 'fastify';
import type * as m55 from 'zod';
import type { Thing as M56 } from '../../../workflows/flows/room.js';

export const planted = [m1, m2, m3, m4, m5, m6];
export type Planted = readonly [M50, M51, M52, M53, typeof m54, typeof m55, M56];
