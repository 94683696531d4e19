import { planted as m1 } from './circle/no-circular-imports.value.js';

export const planted = (): unknown => m1;
