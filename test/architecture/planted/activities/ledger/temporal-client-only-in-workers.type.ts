import type * as m1 from '@temporalio/client';

export type Planted = readonly [typeof m1];
