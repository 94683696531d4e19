import * as m1 from '@temporalio/worker';

export const planted = [m1];
