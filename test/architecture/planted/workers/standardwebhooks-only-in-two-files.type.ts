import type * as m1 from 'standardwebhooks';

export type Planted = readonly [typeof m1];
