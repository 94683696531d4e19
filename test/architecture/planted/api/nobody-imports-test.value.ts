import { thing as m1 } from '../test/room.js';

export const planted = [m1];
