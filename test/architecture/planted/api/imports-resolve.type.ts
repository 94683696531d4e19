import type { Thing as M1 } from './absent.js';
import type * as m2 from 'no-such-package';

export type Planted = readonly [M1, typeof m2];
