import { thing as m1 } from './room.test.js';

export const planted = [m1];
