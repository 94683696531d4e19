import { thing as m1 } from '../../workflows/contracts/room.js';
import { thing as m2 } from '../../workflows/domain/room.js';
import { thing as m3 } from '../../activities/ledger/room.js';
import { thing as m4 } from '../../activities/storage/room.js';
import { thing as m5 } from '../runtime/room.js';
import { thing as m6 } from '../migrations/room.js';
import { thing as m7 } from '../local/room.js';
import { thing as m8 } from '../../activities/audit/room.js';
import type { Thing as M50 } from '../../workflows/contracts/room.js';
import type { Thing as M51 } from '../../workflows/domain/room.js';
import type { Thing as M52 } from '../../activities/ledger/room.js';
import type { Thing as M53 } from '../../activities/storage/room.js';
import type { Thing as M54 } from '../runtime/room.js';
import type { Thing as M55 } from '../migrations/room.js';
import type { Thing as M56 } from '../local/room.js';
import type { Thing as M57 } from '../../activities/audit/room.js';

export const planted = [m1, m2, m3, m4, m5, m6, m7, m8];
export type Planted = readonly [M50, M51, M52, M53, M54, M55, M56, M57];
