import { afterAll, beforeAll, expect, it } from 'vitest';
import { COMPATIBLE_VENDORS, urlSettingOf } from '../../infra/runtime/compatible-vendors.js';
import { type FakeVendor, startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

// A gateway that may call every vendor of OpenAI's chat dialect, each by its own settings, from the API to the vendor.

let vendor: FakeVendor;
let gateway: TestGateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  const settings = COMPATIBLE_VENDORS.flatMap((row) => [
    [row.keySetting, `key-of-${row.id}`],
    [urlSettingOf(row), vendor.openaiBaseUrl],
  ]);
  gateway = await startTestGateway({ env: Object.fromEntries(settings) as Record<string, string> });
}, 180_000);

afterAll(async () => {
  await gateway.close();
  await vendor.close();
}, 120_000);

async function ask(path: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' };
  const response = await fetch(`${gateway.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return response;
}

interface Listed {
  readonly data: readonly { readonly id: string }[];
}

it('lists what they offer', async () => {
  const headers = { authorization: `Bearer ${gateway.apiKey}` };
  const { data } = (await (await fetch(`${gateway.baseUrl}/models`, { headers })).json()) as Listed;
  const listed = [...new Set(data.map(({ id }) => id.slice(0, id.indexOf('/'))))];
  const without = ['volcengine', 'vllm', 'custom'];
  const offering = COMPATIBLE_VENDORS.map(({ id }): string => id).filter((id) => !without.includes(id));
  expect(listed.toSorted()).toEqual([...offering, 'sandbox', 'sluice'].toSorted());
});

it('asks Groq in its words, for a caller of chat completions', async () => {
  await vendor.reset();
  const messages = [
    { role: 'developer', content: 'Be brief.' },
    { role: 'user', content: 'Hello', name: 'ann' },
  ];
  const response = await ask('/chat/completions', { model: 'groq/openai/gpt-oss-120b', messages, stream: true });
  const text = await response.text();
  expect(text).toContain('[DONE]');
  const [call] = await vendor.waitForEnded(1);
  expect(call?.body).toMatchObject({
    model: 'openai/gpt-oss-120b',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
    ],
    stream_options: { include_usage: true },
    max_completion_tokens: expect.any(Number) as number,
  });
});

it('asks Mistral in its words, and tells what it does not take', async () => {
  await vendor.reset();
  const call = { id: 'call_of_another_vendor', type: 'function', function: { name: 'f', arguments: '{}' } };
  const messages = [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: null, refusal: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: call.id, content: '42' },
  ];
  const body = { model: 'mistral/codestral-2508', messages, seed: 7, user: 'ann', max_completion_tokens: 50 };
  const answer = (await (await ask('/chat/completions', body)).json()) as {
    readonly warnings: readonly { readonly feature: string }[];
    readonly usage: { readonly cost: unknown };
  };
  expect(answer.warnings).toMatchObject([{ type: 'unsupported', feature: 'user' }]);
  expect(Number(answer.usage.cost)).toBeGreaterThan(0);
  const [asked] = await vendor.waitForEnded(1);
  expect(asked?.body).toEqual({
    model: 'codestral-2508',
    messages: [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: null, tool_calls: [{ ...call, id: '000000000' }] },
      { role: 'tool', tool_call_id: '000000000', content: '42' },
    ],
    random_seed: 7,
    max_tokens: 50,
    stream: false,
  });
});

it('serves a model of theirs to a caller of Messages', async () => {
  await vendor.reset();
  const body = { model: 'deepseek/deepseek-v3.2', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };
  const answer = (await (await ask('/messages', body)).json()) as { readonly content: unknown };
  expect(answer.content).toEqual([{ type: 'text', text: fakeAnswerText('Hello') }]);
  expect(await vendor.waitForEnded(1)).toMatchObject([{ api: 'chat', model: 'deepseek-v3.2' }]);
});
