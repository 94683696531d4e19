import { thing as m1 } from '../../activities/ledger/room.js';
import { thing as m2 } from '../../api/room.js';
import { thing as m3 } from '../../infra/runtime/room.js';
import { thing as m4 } from '../../workers/room.js';
import { thing as m5 } from '../../test/room.js';

export const planted = [m1, m2, m3, m4, m5];
