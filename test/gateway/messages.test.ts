import { EventSourceParserStream } from 'eventsource-parser/stream';
import { describe, expect, it } from 'vitest';
import { mergeEvents } from '../../api/dialects/anthropic-messages/merge-events.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { writeReasoningProof } from '../../workflows/domain/reasoning-proof.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { anthropicModel, openaiModel, says, useWorld } from './world.js';

// `POST /v1/messages` on a whole gateway, whichever vendor answers.

const world = useWorld();

const path = '/v1/messages';
const models = [anthropicModel, openaiModel];
const TOOL = {
  name: 'weather',
  description: 'The weather of a place.',
  input_schema: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
};

const body = (model: string, behaviour?: Behaviour, more: object = {}) => ({
  model,
  max_tokens: 200,
  messages: says('Hello', behaviour),
  ...more,
});

interface Event {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly data: JsonObject;
}

interface Stream {
  readonly status: number;
  readonly headers: Headers;
  readonly requestId: string;
  next(): Promise<Event | undefined>;
  rest(): Promise<readonly Event[]>;
  leave(): void;
}

async function open(url: string, sent?: object, headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
  const left = new AbortController();
  const response = await fetch(`${world.gateway.origin}${url}`, {
    method: sent === undefined ? 'GET' : 'POST',
    headers: { 'x-api-key': world.gateway.apiKey, 'content-type': 'application/json', ...headers },
    ...(sent !== undefined && { body: JSON.stringify(sent) }),
    signal: left.signal,
  });
  if (!response.body) throw new Error('a response without a body');
  const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  const next = async (): Promise<Event | undefined> => {
    const { value } = await reader.read();
    return value && { id: value.id, name: value.event, data: JSON.parse(value.data) as JsonObject };
  };
  return {
    status: response.status,
    headers: response.headers,
    requestId: response.headers.get('request-id') ?? '',
    next,
    rest: async () => {
      const all: Event[] = [];
      for (let event = await next(); event; event = await next()) all.push(event);
      return all;
    },
    leave: () => left.abort(),
  };
}

const stream = (sent: object, headers?: Readonly<Record<string, string>>) =>
  open(path, { ...sent, stream: true }, headers);

/** Without what differs between a message and the same message streamed: vendors mint ids and pings as they like. */
const contentOf = ({ content, stop_reason }: JsonObject) => ({ content, stop_reason });

describe.each(models)('a message from %s', (model) => {
  it('is whole, with what it cost', async () => {
    const { status, body: message, headers } = await world.post(path, body(model));
    expect(status).toBe(200);
    expect(message).toMatchObject({
      id: expect.stringMatching(/^msg_\w+$/),
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: expect.stringMatching(/\w/) }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number), cost: expect.any(Number) },
    });
    expect(message.usage.cost).toBe(Number(headers.get('x-sluice-cost-usd')));
    expect(headers.get('request-id')).toBe(headers.get('x-request-id'));
  });

  it('streams in the documented order, and adds up to the same', async () => {
    const whole = await world.post(path, body(model));
    const events = await (await stream(body(model))).rest();
    expect(events.map(({ name }) => name)).toEqual(events.map(({ data }) => data['type']));
    const types = events.map(({ name }) => name).filter((name) => name !== 'ping');
    expect([types.slice(0, 2), types.slice(-3)]).toEqual([
      ['message_start', 'content_block_start'],
      ['content_block_stop', 'message_delta', 'message_stop'],
    ]);
    const merged = mergeEvents(events.map(({ data }) => data));
    expect(contentOf(merged)).toEqual(contentOf(whole.body as JsonObject));
    expect(merged['usage']).toMatchObject({ cost: expect.any(Number) });
  });

  it('calls tools and takes their results back', async () => {
    const asked = body(model, { behaviour: 'answer', toolCalls: 2 }, { tools: [TOOL] });
    const { body: message } = await world.post(path, asked);
    const calls = (message.content as JsonObject[]).filter(({ type }) => type === 'tool_use');
    expect([calls.length, message.stop_reason]).toEqual([2, 'tool_use']);
    const streamed = mergeEvents((await (await stream(asked)).rest()).map(({ data }) => data));
    const inputs = (content: unknown) => (content as JsonObject[]).map(({ name, input }) => ({ name, input }));
    expect(inputs(streamed['content'])).toEqual(inputs(message.content));
    await world.vendor.reset();
    const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'sunny' }));
    const next = [
      ...asked.messages,
      { role: 'assistant', content: message.content },
      { role: 'user', content: results },
    ];
    const answer = await world.post(path, { ...asked, messages: next });
    expect([answer.status, answer.body.stop_reason]).toEqual([200, 'end_turn']);
    const sent = JSON.stringify((await world.vendor.log())[0]?.body?.['messages']);
    for (const { id } of calls) expect(sent.split(String(id))).toHaveLength(3);
  });

  it('ends a broken stream with a typed error, and never as if it were whole', async () => {
    const events = await (await stream(body(model, { behaviour: 'cut', afterEvents: 6 }))).rest();
    expect(events.at(-1)).toMatchObject({ name: 'error', data: { type: 'error', error: { type: 'api_error' } } });
    expect(events.map(({ name }) => name)).not.toContain('message_stop');
    expect(events.map(({ name }) => name)).not.toContain('message_delta');
  });

  it('tells failures in words that its clients know', async () => {
    const failed = async (behaviour: Behaviour) => {
      const { status, body: error, headers } = await world.post(path, body(model, behaviour));
      return [status, error.error.type, headers.get('x-should-retry'), error.request_id === headers.get('request-id')];
    };
    expect(await failed({ behaviour: 'overloaded' })).toEqual([529, 'overloaded_error', 'true', true]);
    expect(await failed({ behaviour: 'context-length' })).toEqual([400, 'invalid_request_error', 'false', true]);
    expect(await failed({ behaviour: 'unauthorized' })).toEqual([500, 'api_error', 'false', true]);
  });

  it('stops the vendor where the caller leaves', async () => {
    const open = await stream(body(model, { behaviour: 'hold', afterEvents: 5 }));
    await open.next();
    open.leave();
    expect((await world.ended(open.requestId)).failure_class).toBe('cancelled');
    await world.vendor.release('all');
  });

  it('is asked once for each idempotency key, and told again from where it broke off', async () => {
    const headers = { 'idempotency-key': `messages-${model}` };
    const first = await stream(body(model), headers);
    const events = await first.rest();
    const again = await (await stream(body(model), headers)).rest();
    expect(again).toEqual(events);
    expect(await world.vendor.log()).toHaveLength(1);
    const url = `/v1/requests/${first.requestId}`;
    const third = events[2]?.id ?? '';
    expect(await (await open(`${url}/stream`, undefined, { 'last-event-id': third })).rest()).toEqual(events.slice(3));
    const { body: whole } = await world.get(`${url}/answer`);
    expect(whole).toEqual(mergeEvents(events.map(({ data }) => data)));
  });
});

describe('thinking', () => {
  const thinking = { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 2000 };
  const converse = async (first: string, second: string) => {
    const asked = body(first, { behaviour: 'answer', reasoning: 2 }, thinking);
    const { body: message } = await world.post(path, asked);
    const [block] = message.content as JsonObject[];
    await world.vendor.reset();
    const messages = [...asked.messages, { role: 'assistant', content: message.content }, ...says('Go on')];
    const answer = await world.post(path, { ...asked, model: second, messages });
    const sent = (await world.vendor.log())[0]?.body?.['messages'] as JsonObject[];
    return { block, answer, sent, message };
  };

  it('goes back to the vendor whose it is, byte for byte', async () => {
    const { block, answer, sent, message } = await converse(anthropicModel, anthropicModel);
    expect(block).toMatchObject({ type: 'thinking', signature: expect.stringMatching(/==$/) });
    expect([answer.status, sent[1]?.['content']]).toEqual([200, message.content]);
  });

  it('goes to no other vendor, and the caller is told', async () => {
    const { answer, sent, block } = await converse(anthropicModel, openaiModel);
    expect(answer.status).toBe(200);
    expect(JSON.stringify(sent)).not.toContain(String(block?.['signature']));
    expect(JSON.stringify(answer.body.warnings)).toContain('reasoning');
  });

  it('of another vendor is not sent to this one', async () => {
    const signature = writeReasoningProof({ vendor: 'openai', id: 'rs_1', kind: 'signature', data: 'sealed' });
    const content = [
      { type: 'thinking', thinking: 'Hm.', signature },
      { type: 'text', text: 'Hello.' },
    ];
    const messages = [...says('Hello'), { role: 'assistant', content }, ...says('Go on')];
    const answer = await world.post(path, { ...body(anthropicModel), messages });
    const sent = (await world.vendor.log())[0]?.body?.['messages'] as JsonObject[];
    expect([answer.status, sent[1]?.['content']]).toEqual([200, content.slice(1)]);
    expect(answer.body.warnings).toMatchObject([{ type: 'ignored', feature: 'messages[].content[].thinking' }]);
  });
});

describe('a request', () => {
  it('goes to the next model where the first fails', async () => {
    const messages = [
      { role: 'user', content: `Hello ${fakeMarker({ behaviour: 'overloaded', vendor: 'anthropic' })}` },
    ];
    const sent = { models: [anthropicModel, openaiModel], max_tokens: 50, messages };
    const { status, headers } = await world.post(path, sent);
    expect([status, headers.get('x-sluice-model')]).toEqual([200, openaiModel]);
  });

  it.each(['claude-haiku-4-5-20251001', 'claude-haiku-4-5'])('may name a model as its clients do: %s', async (name) => {
    const { status, headers } = await world.post(path, body(name));
    expect([status, headers.get('x-sluice-model')]).toEqual([200, anthropicModel]);
  });

  it('is refused in the dialect, with the place of what is wrong', async () => {
    const { status, body: error, headers } = await world.post(path, { ...body(anthropicModel), max_tokens: undefined });
    expect([status, error]).toEqual([
      400,
      {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'max_tokens: Field required' },
        request_id: headers.get('request-id'),
      },
    ]);
    const unknown = await world.post(path, body('claude-nothing'));
    expect([unknown.status, unknown.body.error.type]).toEqual([404, 'not_found_error']);
    expect(unknown.body.error.message).toMatch(/^model: /);
    expect(await world.vendor.log()).toEqual([]);
  });

  it('sends beta features and unknown fields on to the vendor whose they are', async () => {
    const sent = body(anthropicModel, undefined, { context_management: { edits: [] }, top_k: 3 });
    const headers = { 'anthropic-beta': 'context-management-2025-06-27', 'anthropic-version': '2023-06-01' };
    expect((await world.post(path, sent, { headers })).status).toBe(200);
    expect((await world.vendor.log())[0]?.body).toMatchObject({ context_management: { edits: [] }, top_k: 3 });
  });
});

describe('tokens', () => {
  const counted = async (model: string) => {
    const { status, body: answer } = await world.post(`${path}/count_tokens`, { model, messages: says('Hello') });
    return { status, answer };
  };

  it('are counted by the vendor whose dialect this is', async () => {
    const { status, answer } = await counted(anthropicModel);
    const message = await world.post(path, body(anthropicModel));
    expect([status, answer]).toEqual([200, { input_tokens: message.body.usage.input_tokens }]);
  });

  it('are estimated elsewhere, and the answer says so', async () => {
    expect(await counted(openaiModel)).toEqual({
      status: 200,
      answer: { input_tokens: expect.any(Number), estimated: true },
    });
  });

  it('count as a request that costs nothing and is none', async () => {
    const before = await world.rows('SELECT id FROM requests.requests');
    await counted(anthropicModel);
    expect(await world.rows('SELECT id FROM requests.requests')).toEqual(before);
  });
});

describe('models', () => {
  const headers = { 'anthropic-version': '2023-06-01' };

  it('are listed for its clients in pages', async () => {
    const { body: page } = await world.get('/v1/models?limit=2', { headers });
    expect(page).toMatchObject({ data: [{ type: 'model' }, { type: 'model' }], has_more: true });
    const { body: next } = await world.get(`/v1/models?limit=2&after_id=${page.last_id}`, { headers });
    expect(next.data).toHaveLength(2);
    expect(next.first_id).not.toBe(page.last_id);
    const one = await world.get('/v1/models/claude-haiku-4-5', { headers });
    expect(one.body).toMatchObject({ type: 'model', id: anthropicModel });
    const none = await world.get('/v1/models/nothing', { headers });
    expect([none.status, none.body.error.type]).toEqual([404, 'not_found_error']);
  });
});
