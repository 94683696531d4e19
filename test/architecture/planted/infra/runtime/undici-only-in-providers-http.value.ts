import * as m1 from 'undici';

export const planted = [m1];
