import type { Thing as M1 } from '../../workflows/messages/room.js';
import type { Thing as M2 } from '../../workflows/flows/room.js';
import type { Thing as M3 } from '../ledger/room.js';
import type { Thing as M4 } from '../content/room.js';
import type { Thing as M5 } from '../providers/port.js';
import type { Thing as M6 } from '../../api/room.js';
import type { Thing as M7 } from '../../infra/runtime/room.js';
import type { Thing as M8 } from '../../workers/room.js';
import type { Thing as M9 } from '../../test/room.js';

export type Planted = readonly [M1, M2, M3, M4, M5, M6, M7, M8, M9];
