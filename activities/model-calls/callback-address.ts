import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CalledBack } from '../../workflows/contracts/vendor-webhooks.js';

/** Half of SHA-256: what nobody can guess, in an address that is short enough for every vendor. */
const MAC_BYTES = 16;
const TOKEN = /^(req_[0-9a-f]{32})\.(\d{1,4})\.([A-Za-z0-9_-]{22})$/;

/** The tokens of the addresses that vendors call back at. */
export interface CallbackTokens {
  tokenOf(attempt: CalledBack): string;
  /** Nothing where none of the keys has made the token, or it was made for another vendor. */
  attemptOf(vendor: string, token: string): CalledBack | undefined;
}

/**
 * A token names the attempt by an HMAC under a key of this purpose alone: it is stored nowhere, and only the vendor that was told it
 * knows it. The first key makes tokens; those of before are still taken.
 */
export function createCallbackTokens(keys: readonly [Buffer, ...(readonly Buffer[])]): CallbackTokens {
  return {
    tokenOf: (attempt) => `${attempt.requestId}.${attempt.number}.${macOf(keys[0], attempt).toString('base64url')}`,
    attemptOf: (vendor, token) => {
      const [, requestId, number, mac] = TOKEN.exec(token) ?? [];
      if (requestId === undefined || mac === undefined) return undefined;
      const attempt = { vendor, requestId, number: Number(number) };
      const shown = Buffer.from(mac, 'base64url');
      return keys.some((key) => timingSafeEqual(shown, macOf(key, attempt))) ? attempt : undefined;
    },
  };
}

function macOf(key: Buffer, { vendor, requestId, number }: CalledBack): Buffer {
  return createHmac('sha256', key).update(`${vendor}\n${requestId}\n${number}`).digest().subarray(0, MAC_BYTES);
}
