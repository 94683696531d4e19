import type { Thing as M1 } from '../../../workflows/messages/room.js';
import type { Thing as M2 } from '../../../workflows/flows/room.js';
import type { Thing as M3 } from '../alpha/room.js';
import type { Thing as M4 } from '../registry.js';
import type { Thing as M5 } from '../../ledger/room.js';
import type { Thing as M6 } from '../../storage/room.js';
import type { Thing as M7 } from '../../content/room.js';
import type { Thing as M8 } from '../../../api/room.js';
import type { Thing as M9 } from '../../../infra/runtime/room.js';
import type { Thing as M10 } from '../../../workers/room.js';
import type { Thing as M11 } from '../../../test/room.js';

export type Planted = readonly [M1, M2, M3, M4, M5, M6, M7, M8, M9, M10, M11];
