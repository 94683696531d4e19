import * as m1 from 'standardwebhooks';

export const planted = [m1];
