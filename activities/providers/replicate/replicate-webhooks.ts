import { createCachedKeys } from '../cached-keys.js';
import { isStandardWebhook } from '../check-standard-webhook.js';
import type { VendorHttp } from '../http.js';
import { requireText } from '../json-answer.js';
import { lookJson } from '../look-json.js';
import type { Provider } from '../port.js';

/** Standard Webhooks by the secret that the account has (https://replicate.com/docs/topics/webhooks/verify-webhook). */
export function createReplicateWebhookCheck(deps: {
  readonly apiKey: string;
  /** Up to and with the version. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
}): NonNullable<Provider['checkWebhook']> {
  const url = `${deps.baseUrl.replace(/\/+$/, '')}/webhooks/default/secret`;
  const headers = { authorization: `Bearer ${deps.apiKey}` };
  const cached = createCachedKeys<string>();
  return (message, signal) =>
    cached.any(
      (secret) => isStandardWebhook(message, secret),
      async () => requireText((await lookJson(deps.http, { url, headers }, signal))['key'], 'a secret'),
    );
}
