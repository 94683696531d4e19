import * as m1 from 'pg';

export const planted = [m1];
