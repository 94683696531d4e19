import { thing as m1 } from '../../../workflows/flows/room.js';

export const planted = [m1];
