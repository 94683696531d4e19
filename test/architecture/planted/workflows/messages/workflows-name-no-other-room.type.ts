import type { Thing as M1 } from '../../activities/ledger/room.js';
import type { Thing as M2 } from '../../api/room.js';
import type { Thing as M3 } from '../../infra/runtime/room.js';
import type { Thing as M4 } from '../../workers/room.js';
import type { Thing as M5 } from '../../test/room.js';

export type Planted = readonly [M1, M2, M3, M4, M5];
