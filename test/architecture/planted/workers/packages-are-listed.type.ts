import type * as m1 from 'pg-pool';
import type * as m2 from 'light-my-request';

export type Planted = readonly [typeof m1, typeof m2];
