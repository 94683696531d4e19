import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Behaviour } from './behaviours.js';
import type { FakeVendor } from './fake-vendor.js';
import { startFakeVendor } from './fake-vendor.js';
import { fakeMarker } from './instructions.js';
import { collect, postAnthropic, postOpenAi, userSays } from './vendor-requests.js';
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
  model: 'gpt-4o',
  messages: [{ role: 'user' as const, content: behaviour === undefined ? text : `${text} ${fakeMarker(behaviour)}` }],
});

const tools = ['weather', 'clock'].map((name) => ({
  type: 'function' as const,
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
}));

describe("OpenAI's own client", () => {
  it('gets a plain answer with its usage', async () => {
    const answer = await client.chat.completions.create(ask('Hello'));
    expect(answer.choices[0]?.message.content).toBe(fakeAnswerText('Hello'));
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.model).toBe('gpt-4o-2024-08-06');
    expect(answer.usage?.completion_tokens).toBe(8);
    expect((await vendor.waitForEnded(1))[0]?.usageAnswered).toEqual(answer.usage);
  });

  it('gets a stream of the same text, and usage only where asked for', async () => {
    const stream = await client.chat.completions.create({
      ...ask('Hello'),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(fakeAnswerText('Hello'));
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(8);
    const bare = await collect(await client.chat.completions.create({ ...ask('Hello'), stream: true }));
    expect(bare.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  it('gets parallel tool calls, streamed and plain alike, and then an answer from their results', async () => {
    const request = { ...ask('Look', { behaviour: 'answer', toolCalls: 2 }), tools };
    const plain = await client.chat.completions.create(request);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    const calls = plain.choices[0]?.message.tool_calls?.map((call) => 'function' in call && call.function);
    expect(calls).toEqual(['weather', 'clock'].map((name) => ({ name, arguments: '{"city":"Zürich 水門"}' })));
    const streamedCalls = streamed.choices[0]?.message.tool_calls?.map(
      (call) => 'function' in call && call.function.name,
    );
    expect(streamedCalls).toEqual(['weather', 'clock']);
    const results = [{ role: 'tool' as const, tool_call_id: 'x', content: 'sunny' }];
    const last = await client.chat.completions.create({ ...request, messages: [...request.messages, ...results] });
    expect(last.choices[0]?.message.content).toBe('The tools said: sunny');
  });

  it('is cut at its cap on tokens', async () => {
    const answer = await client.chat.completions.create({ ...ask('Hello'), max_completion_tokens: 3 });
    expect(answer.choices[0]?.message.content).toBe(fakeAnswerText('Hello', { chunks: 3 }));
    expect(answer.choices[0]?.finish_reason).toBe('length');
    expect(answer.usage?.completion_tokens).toBe(3);
  });

  it('gets several choices, mixed in a stream', async () => {
    const stream = await client.chat.completions.create({ ...ask('Hello'), n: 2, stream: true });
    const chunks = await collect(stream);
    expect(chunks.slice(0, 4).map((chunk) => chunk.choices[0]?.index)).toEqual([0, 1, 0, 1]);
    const second = chunks.filter((chunk) => chunk.choices[0]?.index === 1);
    const text = second.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(fakeAnswerText('Hello', { choice: 1 }));
  });

  it('fails as the vendor would make it fail', async () => {
    const fail = (behaviour: Behaviour) => client.chat.completions.create(ask('secret words', behaviour));
    await expect(fail({ behaviour: 'rate-limited', retryAfterMs: 1500 })).rejects.toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
    });
    await expect(fail({ behaviour: 'quota-exhausted' })).rejects.toMatchObject({ code: 'insufficient_quota' });
    await expect(fail({ behaviour: 'bad-request' })).rejects.toThrow(/secret words/);
    await expect(fail({ behaviour: 'status', status: 418, body: { a: 1 } })).rejects.toMatchObject({ status: 418 });
    await expect(fail({ behaviour: 'html-error' })).rejects.toMatchObject({ status: 502 });
    const stream = await client.chat.completions.create({ ...ask('x', { behaviour: 'error-event' }), stream: true });
    await expect(collect(stream)).rejects.toThrow();
  });
});

interface AnthropicEvent extends JsonObject {
  readonly type: string;
  readonly index?: number;
  readonly delta?: JsonObject;
  readonly usage?: JsonObject;
}

const eventsOf = (text: string): readonly AnthropicEvent[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)) as AnthropicEvent);

describe("Anthropic's format", () => {
  it('tells the same text plain and streamed, with a ping and with padding', async () => {
    const plain = (await (await postAnthropic(vendor, { messages: userSays('Hi') })).json()) as JsonObject;
    expect(plain).toMatchObject({ type: 'message', stop_reason: 'end_turn', usage: { output_tokens: 8 } });
    expect(plain.content).toEqual([{ type: 'text', text: fakeAnswerText('Hi') }]);
    const streamed = await (await postAnthropic(vendor, { messages: userSays('Hi'), stream: true })).text();
    expect(streamed).toMatch(/ {2,}\}\n\n/);
    const events = eventsOf(streamed);
    expect(events.map((event) => event.type)).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      ...Array.from({ length: 8 }, () => 'content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events.map((event) => event.delta?.text ?? '').join('')).toBe(fakeAnswerText('Hi'));
  });

  it('streams thinking, text and tool calls as blocks of their own', async () => {
    const behaviour: Behaviour = { behaviour: 'answer', reasoning: 2, text: 'Let me look.', toolCalls: 2 };
    const response = await postAnthropic(vendor, {
      messages: userSays(`Look ${fakeMarker(behaviour)}`),
      tools: [{ name: 'weather', input_schema: { type: 'object', properties: { days: { type: 'integer' } } } }],
      stream: true,
    });
    const deltas = eventsOf(await response.text()).filter((event) => event.type === 'content_block_delta');
    const kinds = new Map(deltas.map((event) => [event.index, event.delta?.type]));
    expect([...kinds.values()]).toEqual(['signature_delta', 'text_delta', 'input_json_delta', 'input_json_delta']);
    const text = deltas.filter((event) => event.index === 3).map((event) => event.delta?.partial_json);
    expect(text.join('')).toBe('{"days":7}');
  });

  it('is refused without what the vendor must have', async () => {
    const unversioned = { method: 'POST', headers: { 'x-api-key': 'k' }, body: '{"model":"m","messages":[{}]}' };
    expect((await fetch(`${vendor.url}/v1/messages`, unversioned)).status).toBe(400);
    expect((await fetch(`${vendor.url}/v1/messages`, { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await postAnthropic(vendor, { messages: userSays('Hi'), max_tokens: undefined })).status).toBe(400);
    const overloaded = await postAnthropic(vendor, { messages: userSays(fakeMarker({ behaviour: 'overloaded' })) });
    expect(overloaded.status).toBe(529);
    const errored = { messages: userSays(fakeMarker({ behaviour: 'error-event' })), stream: true };
    expect(await (await postAnthropic(vendor, errored)).text()).toMatch(/event: error\n.*overloaded_error.*\n\n$/);
  });
});

describe('the choice of a behaviour', () => {
  it('goes to a marker first, then to a script, then to an ordinary answer', async () => {
    await vendor.script({ match: { idempotencyKeyPrefix: 'job-1' }, behaviours: [{ behaviour: 'overloaded' }] });
    const send = async (text: string, idempotencyKey: string) =>
      (await postOpenAi(vendor, { messages: userSays(text) }, { idempotencyKey })).status;
    expect(await send(fakeMarker({ behaviour: 'not-found' }), 'job-1:1')).toBe(404);
    expect(await send('x', 'job-2:1')).toBe(200);
    expect(await send('x', 'job-1:1')).toBe(503);
    expect(await send('x', 'job-1:1')).toBe(200);
    const log = await vendor.waitForEnded(4);
    expect(log.map((entry) => [entry.idempotencyKey, entry.behaviour])).toEqual([
      ['job-1:1', 'not-found'],
      ['job-2:1', 'answer'],
      ['job-1:1', 'overloaded'],
      ['job-1:1', 'answer'],
    ]);
  });

  it('takes a list in turn, a vendor by name, and a model name', async () => {
    const marker = fakeMarker([{ behaviour: 'unavailable' }, { behaviour: 'answer' }]);
    const send = async (content: string, model = 'gpt-4o') =>
      (await postOpenAi(vendor, { messages: userSays(content), model })).status;
    expect([await send(marker), await send(marker), await send(marker)]).toEqual([503, 200, 200]);
    expect(await send(fakeMarker({ behaviour: 'unavailable', vendor: 'anthropic' }))).toBe(200);
    expect(await send('x', 'fake:rate-limited?retryAfterSeconds=2')).toBe(429);
  });

  it('refuses a behaviour that does not exist, instead of answering', async () => {
    const response = await postOpenAi(vendor, { messages: userSays('[[fake:{"behaviour":"stal"}]]') });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/fake vendor: no such behaviour/);
  });
});
