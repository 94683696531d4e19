import { thing as m1 } from './generate.js';

export const planted = [m1];
