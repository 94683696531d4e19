import type * as m1 from 'undici';

export type Planted = readonly [typeof m1];
