import { thing as m1 } from '../providers/port.js';

export const planted = [m1];
