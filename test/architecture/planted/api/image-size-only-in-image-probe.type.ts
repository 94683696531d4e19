import type * as m1 from 'image-size';

export type Planted = readonly [typeof m1];
