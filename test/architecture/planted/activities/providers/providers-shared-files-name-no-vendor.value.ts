import { thing as m1 } from './alpha/room.js';
import { thing as m2 } from './registry.js';

export const planted = [m1, m2];
