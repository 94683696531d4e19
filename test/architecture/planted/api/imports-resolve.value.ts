import { thing as m1 } from './absent.js';
import * as m2 from 'no-such-package';

export const planted = [m1, m2];
