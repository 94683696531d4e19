import type * as m1 from 'google-auth-library';

export type Planted = readonly [typeof m1];
