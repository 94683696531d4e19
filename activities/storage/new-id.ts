import { randomBytes } from 'node:crypto';

/** A random id with the kind of thing in front, for example `proj_…`. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}
