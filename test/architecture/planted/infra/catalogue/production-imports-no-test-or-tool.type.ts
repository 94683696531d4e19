import type { Thing as M1 } from './generate.js';

export type Planted = readonly [M1];
