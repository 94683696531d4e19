import type * as m1 from '@temporalio/workflow';

export type Planted = readonly [typeof m1];
