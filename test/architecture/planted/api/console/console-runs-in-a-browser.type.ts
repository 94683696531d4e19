import type * as m1 from 'node:fs';
import type * as m2 from 'node:crypto';

export type Planted = readonly [typeof m1, typeof m2];
