import type * as m1 from 'undici';
import type * as m2 from 'zod';
import type * as m3 from 'openai';

export type Planted = readonly [typeof m1, typeof m2, typeof m3];
