import type { JsonObject } from '../../workflows/contracts/json.js';
import { readHttpFailure, type VendorHttp } from './http.js';
import { parseVendorJson, requireObject } from './json-answer.js';
import type { VendorTarget } from './vendor-endpoint.js';

/** What stands at an address of the vendor's API, as of a job. Throws a `ProviderFailure`. */
export async function lookJson(
  http: VendorHttp,
  { url, headers }: VendorTarget,
  signal: AbortSignal,
): Promise<JsonObject> {
  const response = await http.getJson({ url, headers, signal });
  try {
    if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
    return requireObject(parseVendorJson(await response.readText()));
  } finally {
    response.discard();
  }
}
