import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { createAnthropicChat } from './create-anthropic-chat.js';
import { createDirectEndpoint } from './direct-endpoint.js';
import { readThrough, stubHttp } from './stub-http.js';
import type { StubResponse } from './stub-http.js';
import { HAIKU_3, testAttempt } from './test-attempt.js';

const encoder = new TextEncoder();
const sse = (event: JsonObject) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`;

const EVENTS: readonly JsonObject[] = [
  {
    type: 'message_start',
    message: { id: 'msg_1', type: 'message', model: 'claude-x', usage: { input_tokens: 9, output_tokens: 1 } },
  },
  { type: 'ping' },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Zürich 水門' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
  { type: 'message_stop' },
];
const STREAM = EVENTS.map(sse).join('');
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  content: [{ type: 'text', text: 'hi' }],
  stop_reason: 'end_turn',
  usage: {},
};

const stream = (text: string, others: Partial<StubResponse> = {}) =>
  stubHttp({ pieces: [encoder.encode(text)], ...others });
const plain = (text: string, others: Partial<StubResponse> = {}) =>
  stubHttp({ pieces: [encoder.encode(text)], contentType: 'application/json', ...others });

describe('a request', () => {
  it('has the credential, the version and the body', async () => {
    const stub = stream(STREAM);
    await readThrough(stub);
    expect(stub.requests).toMatchObject([
      {
        url: 'http://127.0.0.1:1/v1/messages',
        headers: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
      },
    ]);
    expect(JSON.parse(stub.requests[0]?.body ?? '')).toMatchObject({ stream: true, max_tokens: 8000 });
  });

  it('that cannot be sent is refused before it is', async () => {
    const stub = stream(STREAM);
    const { failure } = await readThrough(stub, { choices: 2 });
    expect([failure?.failure.class, stub.requests]).toEqual(['invalid_request', []]);
  });

  it('names the vendor’s own id of it before any frame', async () => {
    const seen: unknown[] = [];
    const provider = createAnthropicChat({
      id: 'anthropic',
      http: stream(STREAM).http,
      endpoint: createDirectEndpoint({ apiKey: 'k', baseUrl: 'http://x' }),
    });
    const attempt = testAttempt({ stream: true }, undefined, { onResponse: (note) => void seen.push(note) });
    for await (const _frame of provider.chat(attempt)) seen.push('frame');
    expect(seen.slice(0, 2)).toEqual([{ vendorRequestId: 'req_1' }, 'frame']);
  });
});

describe('a stream', () => {
  it('is one frame for each event, each with the event itself', async () => {
    const stub = stream(STREAM);
    const { frames, events } = await readThrough(stub);
    expect(frames.map(({ wire }) => wire?.body)).toEqual(EVENTS);
    expect(events.map(({ type }) => type)).toEqual(['start', 'usage', 'text-delta', 'usage', 'finish']);
    expect(stub.ends[0]).toBe('release');
  });

  it('says with its first frame what could not be honoured', async () => {
    const { frames } = await readThrough(stream(STREAM), { stream: true, reasoningEffort: 'odd' });
    expect(frames[0]?.events).toMatchObject([
      { type: 'warning', warning: { feature: 'reasoning_effort' } },
      { type: 'start' },
      {},
    ]);
    expect(frames).toHaveLength(EVENTS.length);
  });

  it('is `cut` wherever its bytes end before the end marker', async () => {
    const bytes = encoder.encode(STREAM);
    // The last event counts as soon as its data is whole, with or without the blank line after it.
    const whole = bytes.length - 2;
    for (let at = 0; at <= bytes.length; at += 1) {
      const stub = stubHttp({ pieces: [bytes.subarray(0, at)] });
      const { failure } = await readThrough(stub);
      expect(failure?.failure.class, `cut at ${at} of ${bytes.length}`).toBe(at < whole ? 'cut' : undefined);
      expect(stub.ends.at(-1)).toBe('discard');
    }
  });

  it('is over with its end marker, whatever comes after', async () => {
    const { failure, frames } = await readThrough(stream(`${STREAM}data: nonsense\n\n`));
    expect([failure, frames.length]).toEqual([undefined, EVENTS.length]);
  });

  it('may leave the type to the event’s name, and pad its data', async () => {
    const text = STREAM.replaceAll(/\{"type":"(ping|message_stop)"\}/g, '{}   ');
    const { failure } = await readThrough(stream(text));
    expect(failure).toBeUndefined();
  });

  it.each<readonly [string, string, Partial<StubResponse>, string]>([
    [
      'an error event',
      STREAM.slice(0, 300).split('\n\n').slice(0, 1).join('') +
        '\n\n' +
        sse({ type: 'error', error: { type: 'overloaded_error', message: 'm' } }),
      {},
      'overloaded',
    ],
    ['broken JSON', 'event: ping\ndata: {"type": "ping"\n\n', {}, 'bad_response'],
    ['no object', 'data: 7\n\n', {}, 'bad_response'],
    ['a page', '<html></html>', { contentType: 'text/html' }, 'bad_response'],
    ['one piece of JSON', JSON.stringify(MESSAGE), { contentType: 'application/json' }, 'bad_response'],
    ['nothing', '', {}, 'cut'],
    [
      'a refusal',
      '{"type":"error","error":{"type":"rate_limit_error","message":"m"}}',
      { status: 429, contentType: 'application/json' },
      'rate_limited',
    ],
    ['a redirect', '', { status: 302 }, 'bad_response'],
  ])('that is %s fails', async (_name, text, others, expected) => {
    const stub = stream(text, others);
    const { failure } = await readThrough(stub);
    expect(failure?.failure.class).toBe(expected);
    expect(stub.ends).toContain('discard');
  });
});

describe('a plain answer', () => {
  it('is one frame', async () => {
    const { frames } = await readThrough(plain(JSON.stringify(MESSAGE)), { stream: false });
    expect(frames).toMatchObject([
      { events: [{ type: 'start' }, { type: 'text-delta', text: 'hi' }, { type: 'finish' }] },
    ]);
    expect(frames[0]?.wire).toEqual({ dialect: 'anthropic-messages', streamed: false, body: MESSAGE });
  });

  it('is read by what was asked', async () => {
    const body = { ...MESSAGE, content: [{ type: 'tool_use', id: 'a', name: 'place', input: { city: 'Ulm' } }] };
    const provider = createAnthropicChat({
      id: 'anthropic',
      http: plain(JSON.stringify(body)).http,
      endpoint: createDirectEndpoint({ apiKey: 'k', baseUrl: 'http://x' }),
    });
    const format = { type: 'json-schema', name: 'place', schema: { type: 'object', properties: {} } } as const;
    const texts: unknown[] = [];
    for await (const frame of provider.chat(testAttempt({ format }, HAIKU_3))) {
      texts.push(...frame.events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])));
    }
    expect(texts).toEqual(['{"city":"Ulm"}']);
  });

  it.each<readonly [string, string, number, string]>([
    ['broken JSON', '{"type": "mess', 200, 'bad_response'],
    ['something else', '[]', 200, 'bad_response'],
    ['an error under another name', '{"type":"error","error":{"type":"api_error","message":"m"}}', 200, 'vendor_error'],
    ['overloaded', '{"type":"error","error":{"type":"overloaded_error","message":"m"}}', 529, 'overloaded'],
    [
      'too long a prompt',
      '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 2 tokens > 1"}}',
      400,
      'context_length',
    ],
  ])('that is %s fails', async (_name, text, status, expected) => {
    const { failure, frames } = await readThrough(plain(text, { status }), { stream: false });
    expect([failure?.failure.class, frames]).toEqual([expected, []]);
  });
});
