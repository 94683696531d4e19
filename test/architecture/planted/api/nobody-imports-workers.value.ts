import { thing as m1 } from '../workers/room.js';

export const planted = [m1];
