import { createHmac } from 'node:crypto';

/** What stands for a text in a table: equal for equal texts of one purpose and scope, and useless to whoever lacks the key. */
export function keyedDigest(hmacKey: Buffer, purpose: string, scope: string, text: string): Buffer {
  return createHmac('sha256', hmacKey).update(`${purpose}\0${scope}\0${text}`).digest();
}
