import * as m1 from 'image-size';

export const planted = [m1];
