import { thing as m1 } from './dialects/openai-chat/room.js';
import { thing as m2 } from './management/room.js';
import * as m3 from 'fastify';
import type { Thing as M50 } from './dialects/openai-chat/room.js';
import type { Thing as M51 } from './management/room.js';
import type * as m52 from 'fastify';

export const planted = [m1, m2, m3];
export type Planted = readonly [M50, M51, typeof m52];
