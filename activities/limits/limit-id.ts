import { randomBytes } from 'node:crypto';

export function newLimitId(): string {
  return `limit_${randomBytes(12).toString('hex')}`;
}
