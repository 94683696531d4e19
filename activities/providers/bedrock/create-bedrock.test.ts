import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import { describe, expect, it } from 'vitest';
import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { stubHttp } from '../anthropic/chat/stub-http.js';
import { ProviderFailure } from '../port.js';
import { createBedrock } from './create-bedrock.js';
import { bedrockAttempt, LLAMA, NOVA, readThrough, SONNET_45 } from './test-attempt.js';

const codec = new EventStreamCodec(toUtf8, fromUtf8);
const TYPE = 'application/vnd.amazon.eventstream';

function message(headers: Readonly<Record<string, string>>, payload: Json): Uint8Array {
  const values = Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }] as const);
  return codec.encode({ headers: Object.fromEntries(values), body: fromUtf8(JSON.stringify(payload)) });
}

const event = (name: string, payload: Json): Uint8Array =>
  message({ ':event-type': name, ':message-type': 'event' }, payload);
const exception = (name: string, text: string): Uint8Array =>
  message({ ':exception-type': name, ':message-type': 'exception' }, { message: text });
const chunk = (payload: Json): Uint8Array =>
  event('chunk', { bytes: Buffer.from(JSON.stringify(payload)).toString('base64'), p: 'abc' });

const START = event('messageStart', { role: 'assistant' });
const SAID = event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hi' } });
const STOP = event('messageStop', { stopReason: 'end_turn' });
const METADATA = event('metadata', { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } });
const ANSWER = {
  output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
};
const plain = (body: Json, status = 200) =>
  stubHttp({ pieces: [new TextEncoder().encode(JSON.stringify(body))], status, contentType: 'application/json' });
const stream = (...pieces: readonly Uint8Array[]) => stubHttp({ pieces, contentType: TYPE });

/** A call in Anthropic's own dialect. */
function own(body: JsonObject, others: Partial<ChatCall> = {}): Partial<ChatCall> {
  const messages = [{ role: 'user', content: 'Hi' }];
  return {
    source: { dialect: 'anthropic-messages', body: { model: 'm', max_tokens: 5, messages, ...body } },
    ...others,
  };
}

describe('a call of Converse', () => {
  it('goes to the region’s endpoint, signed, with the model in its path', async () => {
    const stub = plain(ANSWER);
    const { events, failure } = await readThrough(stub, bedrockAttempt({}, NOVA));
    expect(failure).toBeUndefined();
    expect(events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'finish', 'usage']);
    const [request] = stub.requests;
    expect(request?.url).toBe(
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/us.amazon.nova-lite-v1%3A0/converse',
    );
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/bedrock\/aws4_request, /,
      ) as string,
    });
    expect(JSON.parse(request?.body ?? '')).not.toHaveProperty('model');
  });

  it('is streamed event by event, and over with its usage', async () => {
    const stub = stream(START, SAID, STOP, METADATA, START);
    const { frames, failure } = await readThrough(stub, bedrockAttempt({ stream: true }));
    expect(failure).toBeUndefined();
    expect(frames.map(({ events }) => events.map(({ type }) => type))).toEqual([
      ['start'],
      ['text-delta'],
      ['finish'],
      ['usage'],
    ]);
    expect(stub.requests[0]).toMatchObject({
      url: expect.stringMatching(/\/converse-stream$/) as string,
      headers: { accept: TYPE },
    });
    expect(stub.ends).toEqual(['release', 'discard']);
  });

  it('is asked for in one piece where the model does not stream its calls', async () => {
    const stub = plain(ANSWER);
    const tools = [{ type: 'function', name: 'f' }] as const;
    const { events, failure } = await readThrough(stub, bedrockAttempt({ stream: true, tools }, LLAMA));
    expect(failure).toBeUndefined();
    expect(stub.requests[0]?.url).toMatch(/\/converse$/);
    expect(events.map(({ type }) => type)).toEqual(['warning', 'start', 'text-delta', 'finish', 'usage']);
  });

  it.each([
    ['throttlingException', 'rate_limited'],
    ['serviceUnavailableException', 'overloaded'],
    ['internalServerException', 'vendor_error'],
    ['modelStreamErrorException', 'vendor_error'],
    ['modelTimeoutException', 'timeout_total'],
    ['validationException', 'invalid_request'],
    ['noveltyException', 'vendor_error'],
  ])('that ends with %s is %s', async (name, failureClass) => {
    const { events, failure } = await readThrough(
      stream(START, SAID, exception(name, 'no')),
      bedrockAttempt({ stream: true }),
    );
    expect(events).toHaveLength(2);
    expect(failure?.failure).toEqual({ class: failureClass, vendorCode: name.toLowerCase() });
    expect(failure?.detail.message).toBe('no');
  });

  it('is whole without its usage, and not without its stop reason', async () => {
    const attempt = bedrockAttempt({ stream: true });
    expect((await readThrough(stream(START, SAID, STOP), attempt)).failure).toBeUndefined();
    expect((await readThrough(stream(START, SAID, STOP, METADATA.subarray(0, 9)), attempt)).failure).toBeUndefined();
    expect((await readThrough(stream(START, SAID, METADATA), attempt)).failure?.failure.class).toBe('cut');
    expect((await readThrough(stream(START, SAID), attempt)).failure?.failure.class).toBe('cut');
    expect((await readThrough(stream(), attempt)).failure?.failure.class).toBe('cut');
    expect((await readThrough(plain(ANSWER), attempt)).failure?.failure.class).toBe('bad_response');
  });

  it('in a form that the model is not held to is checked', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    const attempt = bedrockAttempt({ format: { type: 'json-schema', name: 'answer', schema } }, LLAMA);
    const { events } = await readThrough(plain(ANSWER), attempt);
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(2);
  });
});

describe('a call of Claude by a caller of Anthropic’s dialect', () => {
  it('is carried as it is', async () => {
    const reply = {
      id: 'msg_bdrk_1',
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi' }],
      novelty: 1,
    };
    const stub = plain(reply);
    const vendorHeaders = { 'anthropic-beta': 'context-management-2025-06-27,claude-code-20250219' };
    const call = own({ top_k: 3, novelty: true, service_tier: 'auto', speed: 'fast' }, { vendorHeaders });
    const { frames, events } = await readThrough(stub, bedrockAttempt(call, SONNET_45, { maxOutputTokens: 5 }));
    const [request] = stub.requests;
    expect(request?.url).toMatch(/\/model\/us\.anthropic\.claude-sonnet-4-5-20250929-v1%3A0\/invoke$/);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      anthropic_version: 'bedrock-2023-05-31',
      anthropic_beta: ['context-management-2025-06-27'],
      max_tokens: 5,
      messages: [{ role: 'user', content: 'Hi' }],
      top_k: 3,
      novelty: true,
    });
    expect(frames[0]?.wire).toEqual({ dialect: 'anthropic-messages', streamed: false, body: reply });
    expect(events.flatMap((found) => (found.type === 'warning' ? [found.warning.feature] : []))).toEqual([
      'speed',
      'anthropic-beta',
    ]);
  });

  it('is streamed as it is, without the service’s own count', async () => {
    const events = [
      { type: 'message_start', message: { id: 'msg_1', model: 'claude', usage: { input_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
      { type: 'message_stop' },
    ];
    const last = { ...events[3], 'amazon-bedrock-invocationMetrics': { inputTokenCount: 1 } };
    const stub = stream(...events.slice(0, 3).map(chunk), chunk(last));
    const { frames, failure } = await readThrough(stub, bedrockAttempt(own({}, { stream: true }), SONNET_45));
    expect(failure).toBeUndefined();
    expect(frames.map(({ wire }) => wire?.body)).toEqual(events);
    expect(stub.requests[0]?.url).toMatch(/\/invoke-with-response-stream$/);
    expect(JSON.parse(stub.requests[0]?.body ?? '')).not.toHaveProperty('stream');
    const broken = stream(chunk(events[0] ?? {}), exception('modelTimeoutException', 'late'));
    const failed = await readThrough(broken, bedrockAttempt(own({}, { stream: true }), SONNET_45));
    expect(failed.failure?.failure.class).toBe('timeout_total');
  });

  it('is another vendor’s to answer where Anthropic runs the tool', async () => {
    const stub = plain({});
    const tools = [
      { type: 'bash_20250124', name: 'bash' },
      { type: 'web_search_20250305', name: 'web_search' },
    ];
    const { failure } = await readThrough(stub, bedrockAttempt(own({ tools }), SONNET_45));
    expect(failure).toMatchObject({ failure: { class: 'model_not_found' }, detail: { param: 'tools[1]' } });
    expect(stub.requests).toEqual([]);
  });

  it('is one of Converse where the model is not Claude', async () => {
    const stub = plain(ANSWER);
    await readThrough(stub, bedrockAttempt(own({}), NOVA));
    expect(stub.requests[0]?.url).toMatch(/\/converse$/);
  });
});

interface Recording {
  readonly url: string;
  readonly status: number;
  readonly request: {
    readonly input: { readonly invokeModel?: { readonly body: string }; readonly converse?: JsonObject };
  };
  readonly response: { readonly json: JsonObject };
}

const FILE = resolve(import.meta.dirname, '../../../../shared/recordings/http/bedrock.count.jsonl');
const present = existsSync(FILE);
if (!present) console.warn(`skipped: no recordings at ${FILE}`);

describe('a count of tokens', () => {
  const count = async (call: Partial<ChatCall>, model: string, answer: Json, status = 200) => {
    const stub = plain(answer, status);
    const provider = createBedrock({ region: 'us-east-1', apiKey: 'k', http: stub.http });
    const result = await provider.countTokens?.(bedrockAttempt(call, model)).catch((error: unknown) => error);
    return { result, request: stub.requests[0] };
  };

  it('is asked of the model itself, in the form of the call', async () => {
    const claude = await count(own({}), SONNET_45, { inputTokens: 7 });
    expect(claude.result).toBe(7);
    expect(claude.request?.url).toMatch(/\/model\/anthropic\.claude-sonnet-4-5-20250929-v1%3A0\/count-tokens$/);
    expect(claude.request?.headers['authorization']).toBe('Bearer k');
    const { input } = JSON.parse(claude.request?.body ?? '') as Recording['request'];
    expect(JSON.parse(Buffer.from(input.invokeModel?.body ?? '', 'base64').toString())).toEqual({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const nova = await count({}, NOVA, { inputTokens: 7 });
    expect(JSON.parse(nova.request?.body ?? '')).toEqual({
      input: { converse: { messages: [{ role: 'user', content: [{ text: 'hi' }] }] } },
    });
  });

  it.each([{}, { inputTokens: '7' }, [], 7])('is not %j', async (answer) => {
    expect((await count({}, NOVA, answer)).result).toMatchObject({ failure: { class: 'bad_response' } });
  });

  it.skipIf(!present)('is sent and answered as it was recorded', async () => {
    const lines = readFileSync(FILE, 'utf8').trim().split('\n');
    const recordings = lines.map((line) => JSON.parse(line) as Recording);
    for (const { url, status, request, response } of recordings) {
      const written = request.input.invokeModel?.body;
      const model = decodeURIComponent(/\/model\/([^/]+)\//.exec(url)?.[1] ?? '');
      if (written === undefined) {
        const { result } = await count({}, model, response.json, status);
        if (status === 200) expect(result).toBe(response.json['inputTokens']);
        else expect(result).toMatchObject({ failure: { class: 'model_not_found' } });
        continue;
      }
      const {
        anthropic_version: _version,
        anthropic_beta: betas,
        ...body
      } = JSON.parse(Buffer.from(written, 'base64').toString()) as JsonObject;
      const vendorHeaders = { 'anthropic-beta': (Array.isArray(betas) ? (betas as string[]) : []).join(',') };
      const call: Partial<ChatCall> = { source: { dialect: 'anthropic-messages', body }, vendorHeaders };
      const { result, request: sent } = await count(call, model, response.json, status);
      if (JSON.stringify(body['tools'] ?? '').includes('web_search')) {
        // The service refuses what it would be sent, so that it is not asked.
        expect([result, sent]).toMatchObject([{ failure: { class: 'model_not_found' } }, undefined]);
        continue;
      }
      const { input } = JSON.parse(sent?.body ?? '') as Recording['request'];
      expect(JSON.parse(Buffer.from(input.invokeModel?.body ?? '', 'base64').toString())).toEqual(
        JSON.parse(Buffer.from(written, 'base64').toString()),
      );
      if (status === 200) expect(result).toBe(response.json['inputTokens']);
      else expect(result).toBeInstanceOf(ProviderFailure);
    }
    expect(recordings).toHaveLength(9);
  });
});
