import * as m1 from '@temporalio/client';

export const planted = [m1];
