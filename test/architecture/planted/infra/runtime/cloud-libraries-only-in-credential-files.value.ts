import * as m1 from '@azure/identity';

export const planted = [m1];
