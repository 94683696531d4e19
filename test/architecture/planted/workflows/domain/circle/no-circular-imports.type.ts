import type { Planted as M1 } from '../no-circular-imports.type.js';

export interface Planted {
  readonly other: M1;
}
