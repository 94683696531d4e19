import * as m1 from '@temporalio/workflow';

export const planted = [m1];
