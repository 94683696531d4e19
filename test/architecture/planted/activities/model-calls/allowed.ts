import { thing as m1 } from '../../workflows/contracts/room.js';
import { thing as m2 } from '../../workflows/domain/room.js';
import { thing as m3 } from '../storage/room.js';
import { thing as m4 } from '../content/room.js';
import { thing as m5 } from '../providers/port.js';
import type { Thing as M50 } from '../../workflows/contracts/room.js';
import type { Thing as M51 } from '../../workflows/domain/room.js';
import type { Thing as M52 } from '../storage/room.js';
import type { Thing as M53 } from '../content/room.js';
import type { Thing as M54 } from '../providers/port.js';

export const planted = [m1, m2, m3, m4, m5];
export type Planted = readonly [M50, M51, M52, M53, M54];
