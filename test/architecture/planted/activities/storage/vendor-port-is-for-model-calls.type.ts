import type { Thing as M1 } from '../providers/port.js';

export type Planted = readonly [M1];
