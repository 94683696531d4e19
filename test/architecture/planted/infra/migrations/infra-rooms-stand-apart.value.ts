import { thing as m1 } from '../local/room.js';
import { thing as m2 } from '../catalogue/room.js';
import { thing as m3 } from '../cli/room.js';

export const planted = [m1, m2, m3];
