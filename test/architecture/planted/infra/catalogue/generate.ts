import { format } from 'prettier';

export interface Thing {
  readonly name: string;
}

export const thing = format;
