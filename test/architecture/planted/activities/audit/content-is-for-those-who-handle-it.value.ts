import { thing as m1 } from '../content/room.js';

export const planted = [m1];
