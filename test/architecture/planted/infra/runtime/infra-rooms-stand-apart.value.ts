import { thing as m1 } from '../local/room.js';
import { thing as m2 } from '../migrations/room.js';
import { thing as m3 } from '../catalogue/room.js';
import { thing as m4 } from '../cli/room.js';

export const planted = [m1, m2, m3, m4];
