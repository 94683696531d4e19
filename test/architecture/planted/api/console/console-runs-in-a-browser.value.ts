import * as m1 from 'node:fs';
import * as m2 from 'node:crypto';

export const planted = [m1, m2];
