import type { JsonObject } from '../../workflows/contracts/json.js';
import type { FakeVendor } from './fake-vendor.js';

type Reachable = Pick<FakeVendor, 'url'>;

/** Posts a chat to the fake as OpenAI's API takes it. */
export const postOpenAi = (
  vendor: Reachable,
  body: JsonObject,
  options: { readonly idempotencyKey?: string; readonly signal?: AbortSignal } = {},
): Promise<Response> =>
  fetch(`${vendor.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer sk-fake',
      ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
    },
    body: JSON.stringify({ model: 'gpt-4o', ...body }),
    signal: options.signal,
  });

/** Posts a message to the fake as Anthropic's API takes it. */
export const postAnthropic = (vendor: Reachable, body: JsonObject): Promise<Response> =>
  fetch(`${vendor.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'sk-ant-fake', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 256, ...body }),
  });

export const userSays = (text: string): readonly JsonObject[] => [{ role: 'user', content: text }];

/** Everything that a stream yields. */
export const collect = async <T>(stream: AsyncIterable<T>): Promise<readonly T[]> => {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
};
