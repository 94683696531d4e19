import type { VendorHttp } from '../../http.js';
import { isKeyTaken } from '../../key-check.js';
import type { ChatProvider } from '../../port.js';
import { geminiRoot } from '../chat/endpoint.js';
import type { GeminiAccess } from '../chat/endpoint.js';

/** Whether the Gemini API takes the key, by its list of models (https://ai.google.dev/api/models#method:-models.list). */
export function createGoogleCheck({
  apiKey,
  baseUrl,
  http,
}: GeminiAccess & { readonly http: VendorHttp }): Pick<Required<ChatProvider>, 'verify'> {
  const url = `${geminiRoot(baseUrl)}/v1beta/models?pageSize=1`;
  return { verify: (signal) => isKeyTaken(http, { url, headers: { 'x-goog-api-key': apiKey }, signal }) };
}
