import type * as m1 from 'fast-check';
import type * as m2 from 'vitest';
import type * as m3 from 'openai';
import type * as m4 from 'typescript';

export type Planted = readonly [typeof m1, typeof m2, typeof m3, typeof m4];
