import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { VendorMessage } from '../../../workflows/contracts/vendor-webhooks.js';
import { createCachedKeys } from '../cached-keys.js';
import type { VendorHttp } from '../http.js';
import { asObjects } from '../json-fields.js';
import { lookJson } from '../look-json.js';
import type { Provider } from '../port.js';

/** Where the queue is fal's own; where the operator has it elsewhere, the keys are to be had there. */
const KEYS = { queue: 'https://queue.fal.run', at: 'https://rest.alpha.fal.ai' };
const TOLERANCE_MS = 300_000;

/** Ed25519 by keys that fal publishes (https://docs.fal.ai/model-apis/model-endpoints/webhooks). */
export function createFalWebhookCheck(
  deps: { readonly baseUrl: string; readonly http: VendorHttp },
  nowMs: () => number = Date.now,
): NonNullable<Provider['checkWebhook']> {
  const origin = new URL(deps.baseUrl).origin;
  const url = `${origin === KEYS.queue ? KEYS.at : origin}/.well-known/jwks.json`;
  const cached = createCachedKeys<readonly KeyObject[]>(nowMs);
  return async ({ headers, body }, signal) => {
    const signed = signedText(headers, body);
    const signature = Buffer.from(headers['x-fal-webhook-signature'] ?? '', 'hex');
    const sentMs = Number(headers['x-fal-webhook-timestamp']) * 1_000;
    if (signature.length !== 64 || !(Math.abs(nowMs() - sentMs) <= TOLERANCE_MS)) return false;
    return cached.any(
      (keys) => keys.some((key) => verify(null, signed, key, signature)),
      async () => {
        const http = origin === KEYS.queue ? (deps.http.elsewhere ?? deps.http) : deps.http;
        return asObjects((await lookJson(http, { url, headers: {} }, signal))['keys']).flatMap(toKey);
      },
    );
  };
}

function signedText(headers: VendorMessage['headers'], body: Uint8Array): Buffer {
  const said = ['request-id', 'user-id', 'timestamp'].map((name) => headers[`x-fal-webhook-${name}`] ?? '');
  return Buffer.from([...said, createHash('sha256').update(body).digest('hex')].join('\n'));
}

/** None where it is a key of another kind. */
function toKey({ x }: { readonly [name: string]: unknown }): readonly KeyObject[] {
  try {
    if (typeof x !== 'string') return [];
    return [createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })];
  } catch {
    return [];
  }
}
