import type * as m1 from '@azure/identity';

export type Planted = readonly [typeof m1];
