import type { VendorHttp } from '../../http.js';
import { isKeyTaken } from '../../key-check.js';
import type { ChatProvider } from '../../port.js';
import type { AnthropicAccess } from '../chat/direct-endpoint.js';

/** Whether Anthropic takes the key, by its list of models (https://platform.claude.com/docs/en/api/models-list). */
export function createAnthropicCheck({
  apiKey,
  baseUrl,
  http,
}: AnthropicAccess & { readonly http: VendorHttp }): Pick<Required<ChatProvider>, 'verify'> {
  const url = `${baseUrl.replace(/\/+$/, '')}/v1/models?limit=1`;
  const headers = { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' };
  return { verify: (signal) => isKeyTaken(http, { url, headers, signal }) };
}
