import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { type FakeVendor, startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

// A gateway that may call Gemini, at the Gemini API and on Vertex AI, from the API to the vendor.

let vendor: FakeVendor;
let gateway: TestGateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  const env = {
    GEMINI_API_KEY: 'key-of-gemini',
    SLUICE_GOOGLE_BASE_URL: `${vendor.googleBaseUrl}/v1beta`,
    SLUICE_VERTEX_PROJECT: 'my-project',
    SLUICE_VERTEX_BASE_URL: `${vendor.googleBaseUrl}/vertex`,
    SLUICE_VERTEX_ACCESS_TOKEN: 'ya29.token',
  };
  gateway = await startTestGateway({ env });
}, 180_000);

afterAll(async () => {
  await gateway.close();
  await vendor.close();
}, 120_000);

beforeEach(() => vendor.reset());

async function ask(path: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' };
  return fetch(`${gateway.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

interface Completion {
  readonly choices: readonly {
    readonly finish_reason: string;
    readonly message: {
      readonly content: string | null;
      readonly tool_calls?: readonly { readonly id: string }[];
      readonly reasoning_details?: readonly { readonly signature: string; readonly format: string }[];
    };
  }[];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
    readonly completion_tokens_details: { readonly reasoning_tokens: number };
    readonly cost: string | number;
  };
}

const completionOf = async (body: object): Promise<Completion> => {
  const response = await ask('/chat/completions', body);
  expect(response.status).toBe(200);
  return (await response.json()) as Completion;
};

const model = 'google/gemini-2.5-flash';
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function', function: { name: 'weather', parameters } }];

/** What 0.30 and 2.50 USD for a million tokens come to. */
const priceOf = ({ prompt_tokens: input, completion_tokens: output }: Completion['usage']) =>
  input * 300 + output * 2500;

it('calls the tools of a caller of chat completions, and has its thought signature back', async () => {
  const question = { role: 'user', content: 'Weather in Ulm?' };
  const asked = await completionOf({ model, messages: [question], tools, tool_choice: 'required' });
  const [choice] = asked.choices;
  const [detail] = choice?.message.reasoning_details ?? [];
  expect(choice?.finish_reason).toBe('tool_calls');
  expect(detail?.format).toBe('google-gemini-v1');

  const [call] = choice?.message.tool_calls ?? [];
  const result = { role: 'tool', tool_call_id: call?.id, content: 'sunny' };
  await completionOf({ model, messages: [question, choice?.message, result], tools });
  const [first, second] = await vendor.waitForEnded(2);
  expect(first?.body).toMatchObject({
    contents: [{ role: 'user', parts: [{ text: 'Weather in Ulm?' }] }],
    tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: parameters }] }],
    toolConfig: { functionCallingConfig: { mode: 'ANY' } },
  });
  expect((second?.body as JsonObject)['contents']).toEqual([
    { role: 'user', parts: [{ text: 'Weather in Ulm?' }] },
    {
      role: 'model',
      parts: [
        {
          functionCall: { id: call?.id, name: 'weather', args: expect.any(Object) as JsonObject },
          thoughtSignature: detail?.signature,
        },
      ],
    },
    { role: 'user', parts: [{ functionResponse: { id: call?.id, name: 'weather', response: { output: 'sunny' } } }] },
  ]);
});

describe('usage', () => {
  it('has thoughts within what was completed, and costs what the catalogue says', async () => {
    const content = `Hello ${fakeMarker({ behaviour: 'answer', reasoning: 5 })}`;
    const { usage } = await completionOf({ model, messages: [{ role: 'user', content }], reasoning_effort: 'low' });
    const [call] = await vendor.waitForEnded(1);
    const told = call?.usageAnswered as { readonly promptTokenCount: number; readonly candidatesTokenCount: number };
    expect(usage).toMatchObject({
      prompt_tokens: told.promptTokenCount,
      completion_tokens: told.candidatesTokenCount + 5,
      completion_tokens_details: { reasoning_tokens: 5 },
    });
    expect(Math.round(Number(usage.cost) * 1e9)).toBe(priceOf(usage));
  });

  it('comes at the end of a stream', async () => {
    const body = { model, messages: [{ role: 'user', content: 'Hello' }], stream: true };
    const response = await ask('/chat/completions', { ...body, stream_options: { include_usage: true } });
    const events = (await response.text())
      .split('\n')
      .flatMap((line) => (line.startsWith('data: {') ? [line.slice(6)] : []));
    const chunks = events.map(
      (event) =>
        JSON.parse(event) as {
          readonly choices: readonly { readonly delta: { readonly content?: string } }[];
          readonly usage?: Completion['usage'];
        },
    );
    expect(chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? '')).join('')).toBe(
      fakeAnswerText('Hello'),
    );
    const usage = chunks.at(-1)?.usage;
    expect(usage && Math.round(Number(usage.cost) * 1e9)).toBe(usage && priceOf(usage));
    expect(await vendor.waitForEnded(1)).toMatchObject([
      { api: 'generate', stream: true, usageAnswered: { promptTokenCount: usage?.prompt_tokens } },
    ]);
  });
});

it('tells of a stream that turns into an error of its own', async () => {
  const content = `Hello ${fakeMarker({ behaviour: 'error-event', form: 'bare', afterEvents: 2 })}`;
  const response = await ask('/chat/completions', { model, messages: [{ role: 'user', content }], stream: true });
  const text = await response.text();
  expect(text).toContain('"error"');
  expect(text).not.toContain('[DONE]');
});

it('answers with a refusal of the vendor’s in the caller’s dialect', async () => {
  const content = `Hello ${fakeMarker({ behaviour: 'context-length' })}`;
  const response = await ask('/chat/completions', { model, messages: [{ role: 'user', content }] });
  expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'context_length_exceeded' } }]);
});

it('reaches the same models on Vertex AI, for a caller of Messages', async () => {
  const messages = [{ role: 'user', content: 'Hello' }];
  const response = await ask('/messages', { model: 'vertex/gemini-3-flash-preview', max_tokens: 100, messages });
  expect((await response.json()) as JsonObject).toMatchObject({
    content: [{ type: 'text', text: fakeAnswerText('Hello') }],
  });
  expect(await vendor.waitForEnded(1)).toMatchObject([{ api: 'generate', model: 'gemini-3-flash-preview' }]);
});
