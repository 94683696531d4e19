import { thing as m1 } from '../../../workflows/contracts/room.js';
import { thing as m2 } from '../port.js';
import { thing as m3 } from '../openai-compatible/room.js';
import { thing as m4 } from '../openai/room.js';
import type { Thing as M50 } from '../../../workflows/contracts/room.js';
import type { Thing as M51 } from '../port.js';
import type { Thing as M52 } from '../openai-compatible/room.js';
import type { Thing as M53 } from '../openai/room.js';

export const planted = [m1, m2, m3, m4];
export type Planted = readonly [M50, M51, M52, M53];
