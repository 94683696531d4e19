import type * as m1 from '@temporalio/worker';

export type Planted = readonly [typeof m1];
