import * as m1 from 'fast-check';
import * as m2 from 'vitest';
import * as m3 from 'openai';
import * as m4 from 'typescript';

export const planted = [m1, m2, m3, m4];
