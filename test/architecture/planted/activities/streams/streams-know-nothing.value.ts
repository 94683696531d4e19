import { thing as m1 } from '../../workflows/messages/room.js';
import { thing as m2 } from '../../workflows/flows/room.js';
import { thing as m3 } from '../ledger/room.js';
import { thing as m4 } from '../content/room.js';
import { thing as m5 } from '../providers/port.js';
import { thing as m6 } from '../../api/room.js';
import { thing as m7 } from '../../infra/runtime/room.js';
import { thing as m8 } from '../../workers/room.js';
import { thing as m9 } from '../../test/room.js';

export const planted = [m1, m2, m3, m4, m5, m6, m7, m8, m9];
