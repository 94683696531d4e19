import type { MessagesEndpoint } from './endpoint.js';

export interface AnthropicAccess {
  readonly apiKey: string;
  /** Without `/v1`, for example `https://api.anthropic.com`. */
  readonly baseUrl: string;
}

const API_VERSION = '2023-06-01';

/** Anthropic's own `POST /v1/messages` (https://platform.claude.com/docs/en/api/messages). */
export function createDirectEndpoint({ apiKey, baseUrl }: AnthropicAccess): MessagesEndpoint {
  const url = `${baseUrl.replace(/\/+$/, '')}/v1/messages`;
  const headers = { 'x-api-key': apiKey, 'anthropic-version': API_VERSION, 'content-type': 'application/json' };
  return ({ body, betas }) => ({
    url,
    headers: { ...headers, ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }) },
    body: JSON.stringify(body),
  });
}
