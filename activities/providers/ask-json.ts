import type { Json } from '../../workflows/contracts/json.js';
import { readHttpFailure, type VendorHttp } from './http.js';
import { parseVendorJson, toResponseNote } from './json-answer.js';
import type { MediaAttempt } from './port.js';
import type { VendorTarget } from './vendor-endpoint.js';

/**
 * One question in JSON that is answered in JSON, of a vendor's capability besides chat. Throws a `ProviderFailure` where the
 * vendor refuses, and `bad_response` where what it sends is no JSON.
 */
export async function askJson(
  http: VendorHttp,
  { url, headers }: VendorTarget,
  body: object,
  { attemptKey, signal, onResponse }: Pick<MediaAttempt, 'attemptKey' | 'signal' | 'onResponse'>,
): Promise<Json> {
  const response = await http.postJson({
    url,
    headers: { 'idempotency-key': attemptKey, ...headers },
    body: JSON.stringify(body),
    signal,
  });
  try {
    onResponse?.(toResponseNote(response));
    if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
    return parseVendorJson(await response.readText());
  } finally {
    response.discard();
  }
}
