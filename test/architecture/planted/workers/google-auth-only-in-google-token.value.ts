import * as m1 from 'google-auth-library';

export const planted = [m1];
