import * as m1 from 'pg-pool';
import * as m2 from 'light-my-request';

export const planted = [m1, m2];
