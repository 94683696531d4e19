import { createHmac, timingSafeEqual } from 'node:crypto';
import type { UrlSignatures } from '../../workflows/contracts/objects.js';

/** HMAC-SHA256 under a key of this purpose alone. */
export function createUrlSignatures(key: Buffer): UrlSignatures {
  const digest = (objectId: string, expires: number): Buffer =>
    createHmac('sha256', key).update(`${objectId}\n${expires}`).digest();
  return {
    sign: (objectId, expires) => digest(objectId, expires).toString('base64url'),
    isGenuine: (objectId, expires, signature) => {
      const shown = Buffer.from(signature, 'base64url');
      const genuine = digest(objectId, expires);
      return shown.length === genuine.length && timingSafeEqual(shown, genuine);
    },
  };
}
