import * as m1 from 'undici';
import * as m2 from 'zod';
import * as m3 from 'openai';

export const planted = [m1, m2, m3];
