import { planted as m1 } from '../no-circular-imports.value.js';

export const planted = (): unknown => m1;
