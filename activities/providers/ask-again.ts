import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { readHttpFailure, type VendorHttp } from './http.js';
import { badResponse, parseVendorJson, toResponseNote } from './json-answer.js';
import type { MediaAttempt } from './port.js';
import type { VendorTarget } from './vendor-endpoint.js';

/** How a job is, in JSON; an object in all that is known. Throws a `ProviderFailure` where the vendor refuses to say. */
export async function askAgain(
  http: VendorHttp,
  { url, headers }: VendorTarget,
  { signal, onResponse }: Pick<MediaAttempt, 'signal' | 'onResponse'>,
): Promise<JsonObject> {
  const response = await http.getJson({ url, headers, signal });
  try {
    onResponse?.(toResponseNote(response));
    if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
    return asJsonObject(parseVendorJson(await response.readText()));
  } finally {
    response.discard();
  }
}

/** Throws `bad_response` for anything else. */
export function asJsonObject(value: Json): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw badResponse('The vendor sent what is no JSON object.');
}

/** A name that a job cannot do without. Throws `bad_response` where it is missing. */
export function requireText(value: Json | undefined, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw badResponse(`The vendor took a job on without ${what}.`);
}
