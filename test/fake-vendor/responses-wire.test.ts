import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { loadOpenAiSpecification } from '../conformance/openai-specification.js';
import type { Behaviour } from './behaviours.js';
import type { FakeVendor } from './fake-vendor.js';
import { startFakeVendor } from './fake-vendor.js';
import { fakeMarker } from './instructions.js';
import { collect } from './vendor-requests.js';
import { fakeAnswerText } from './words.js';

let vendor: FakeVendor;
let client: OpenAI;

beforeAll(async () => {
  vendor = await startFakeVendor();
  client = new OpenAI({ baseURL: vendor.openaiBaseUrl, apiKey: 'sk-fake', maxRetries: 0 });
});
afterEach(() => vendor.reset());
afterAll(() => vendor.close());

const ask = (text: string, behaviour?: Behaviour) => ({
  model: 'gpt-5-pro',
  input: behaviour === undefined ? text : `${text} ${fakeMarker(behaviour)}`,
});

const weather = {
  type: 'function' as const,
  name: 'weather',
  strict: false,
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};

/** What each kind of answer is asked by. */
const KINDS: { readonly [kind: string]: Behaviour } = {
  text: { behaviour: 'answer' },
  refusal: { behaviour: 'answer', refusal: true },
  reasoning: { behaviour: 'answer', reasoning: 3 },
  calls: { behaviour: 'answer', toolCalls: 2, text: 'Let me look.' },
};

const request = (kind: string) => ({
  ...ask('Hello', KINDS[kind]),
  tools: [weather, { type: 'custom' as const, name: 'shell' }],
  reasoning: { summary: 'auto' as const },
  include: ['reasoning.encrypted_content' as const],
});

describe("OpenAI's own client at the Responses API", () => {
  it('gets a plain answer with its usage', async () => {
    const answer = await client.responses.create(ask('Hello'));
    expect(answer.output_text).toBe(fakeAnswerText('Hello'));
    expect(answer).toMatchObject({ status: 'completed', usage: { output_tokens: 8 } });
    expect((await vendor.waitForEnded(1))[0]).toMatchObject({ api: 'responses', usageAnswered: answer.usage });
  });

  it.each(Object.keys(KINDS))('gets a stream that ends with the plain answer: %s', async (kind) => {
    const plain = await client.responses.create(request(kind));
    const events = await collect(await client.responses.create({ ...request(kind), stream: true }));
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, index) => index));
    const last = events.at(-1);
    const streamed = last?.type === 'response.completed' ? last.response : undefined;
    const types = (output: readonly { readonly type: string }[] = []) => output.map(({ type }) => type);
    expect(types(streamed?.output)).toEqual(types(plain.output));
    const done = events.flatMap((event) => (event.type === 'response.output_item.done' ? [event.item] : []));
    expect(done).toEqual(streamed?.output);
    const said = events.map((event) => (event.type === 'response.output_text.delta' ? event.delta : ''));
    expect(said.join('')).toBe(plain.output_text);
  });

  it('is cut at its cap on tokens, and refused one below sixteen', async () => {
    const answer = await client.responses.create({ ...ask('x', { behaviour: 'huge' }), max_output_tokens: 16 });
    expect(answer).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { output_tokens: 16 },
    });
    await expect(client.responses.create({ ...ask('x'), max_output_tokens: 15 })).rejects.toThrow(/>= 16/);
  });

  it('answers from the results of tools', async () => {
    const call = { type: 'function_call' as const, call_id: 'c', name: 'weather', arguments: '{}' };
    const result = { type: 'function_call_output' as const, call_id: 'c', output: 'sunny' };
    const input = [{ role: 'user' as const, content: 'Look' }, call, result];
    const answer = await client.responses.create({ model: 'gpt-5-pro', input, tools: [weather] });
    expect(answer.output_text).toBe('The tools said: sunny');
  });

  it('fails as the vendor would make it fail', async () => {
    await expect(client.responses.create(ask('x', { behaviour: 'overloaded' }))).rejects.toMatchObject({ status: 503 });
    await expect(client.responses.create({ ...ask('x'), input: undefined })).rejects.toThrow(/Missing required/);
    const bare = await client.responses.create({ ...ask('x', { behaviour: 'error-event' }), stream: true });
    expect((await collect(bare)).at(-1)).toMatchObject({ type: 'error', code: 'server_error' });
    const failing = ask('x', { behaviour: 'error-event', form: 'in-chunk' });
    const events = await collect(await client.responses.create({ ...failing, stream: true }));
    expect(events.at(-1)).toMatchObject({ type: 'response.failed', response: { status: 'failed' } });
    const cut = await client.responses.create({ ...ask('x', { behaviour: 'cut', afterEvents: -1 }), stream: true });
    const types = (await collect(cut)).map(({ type }) => type);
    expect(types.at(-1)).toBe('response.output_item.done');
  });
});

const specification = loadOpenAiSpecification({ lenientUnions: true });

describe.skipIf(specification === undefined)("OpenAI's specification", () => {
  it.each(Object.keys(KINDS))('takes the answer and each event of its stream: %s', async (kind) => {
    const send = (body: JsonObject) =>
      fetch(`${vendor.openaiBaseUrl}/responses`, {
        method: 'POST',
        headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const isResponse = specification?.validator('Response');
    const isEvent = specification?.validator('ResponseStreamEvent');
    const plain: unknown = await (await send(request(kind))).json();
    expect(isResponse?.(plain), JSON.stringify(isResponse?.errors?.slice(0, 5))).toBe(true);
    const text = await (await send({ ...request(kind), stream: true })).text();
    const lines = text.split('\n').filter((line) => line.startsWith('data: '));
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      const event: unknown = JSON.parse(line.slice(6));
      expect(isEvent?.(event), `${line} ${JSON.stringify(isEvent?.errors?.slice(0, 5))}`).toBe(true);
    }
  });
});
