import type { Frame, Warning } from '../../workflows/contracts/answer.js';
import type { Json } from '../../workflows/contracts/json.js';
import { readHttpFailure, type VendorHttp, type VendorResponse } from './http.js';
import { parseVendorJson, toResponseNote } from './json-answer.js';
import type { MediaAttempt } from './port.js';
import type { VendorTarget } from './vendor-endpoint.js';

/** Of an attempt what a question needs. */
type Asking = Pick<MediaAttempt, 'attemptKey' | 'signal' | 'onResponse'>;

/**
 * One question in JSON that is answered in JSON, of a vendor's capability besides chat. Throws a `ProviderFailure` where the
 * vendor refuses, and `bad_response` where what it sends is no JSON.
 */
export async function askJson(
  http: VendorHttp,
  { url, headers }: VendorTarget,
  body: object,
  asking: Asking,
): Promise<Json> {
  const sent = { 'idempotency-key': asking.attemptKey, ...headers };
  return (await exchangeJson(http, { url, headers: sent, body: JSON.stringify(body) }, asking)).answer;
}

/** As `askJson`, of a body that is written out already, because it is signed; with the headers of the answer. */
export async function exchangeJson(
  http: VendorHttp,
  request: VendorTarget & { readonly body: string },
  { signal, onResponse }: Pick<Asking, 'signal' | 'onResponse'>,
): Promise<{ readonly answer: Json; readonly headers: VendorResponse['headers'] }> {
  const response = await http.postJson({ ...request, signal });
  try {
    onResponse?.(toResponseNote(response));
    if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
    return { answer: parseVendorJson(await response.readText()), headers: response.headers };
  } finally {
    response.discard();
  }
}

/** The frame that tells what was not done as asked; none where all was. */
export function* toldWarnings(warnings: readonly Warning[]): Generator<Frame> {
  if (warnings.length > 0) yield { events: warnings.map((warning) => ({ type: 'warning', warning })) };
}
