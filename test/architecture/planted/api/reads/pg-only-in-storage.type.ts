import type * as m1 from 'pg';

export type Planted = readonly [typeof m1];
