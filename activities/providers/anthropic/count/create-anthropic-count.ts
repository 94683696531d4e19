import type { Json } from '../../../../workflows/contracts/json.js';
import { toBetaHeader } from '../chat/beta-header.js';
import type { AnthropicAccess } from '../chat/direct-endpoint.js';
import { asCount, asObject } from '../../json-fields.js';
import { readHttpFailure } from '../../http.js';
import type { VendorHttp } from '../../http.js';
import { ProviderFailure } from '../../port.js';
import type { ChatProvider } from '../../port.js';
import { toAnthropicCount } from './to-anthropic-count.js';

const API_VERSION = '2023-06-01';
/** The answer is one number; nothing longer is one. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** Anthropic's `POST /v1/messages/count_tokens` (https://platform.claude.com/docs/en/api/messages-count-tokens). */
export function createAnthropicCount({
  apiKey,
  baseUrl,
  http,
}: AnthropicAccess & { readonly http: VendorHttp }): Pick<Required<ChatProvider>, 'countTokens'> {
  const url = `${baseUrl.replace(/\/+$/, '')}/v1/messages/count_tokens`;
  const headers = { 'x-api-key': apiKey, 'anthropic-version': API_VERSION };
  return {
    countTokens: async (question) => {
      const response = await http.postJson({
        url,
        headers: { ...headers, ...toBetaHeader(question).headers },
        body: JSON.stringify(toAnthropicCount(question)),
        signal: question.signal,
      });
      try {
        if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
        return readCount(await response.readText(ANSWER_BYTES_MAX));
      } finally {
        response.discard();
      }
    },
  };
}

function readCount(text: string): number {
  const count = asCount(asObject(parse(text))?.['input_tokens']);
  if (count !== undefined) return count;
  throw new ProviderFailure(
    { class: 'bad_response' },
    { message: 'The vendor answered with something that is no count.' },
  );
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The parser's own message quotes the text.
    return undefined;
  }
}
