import { describe, expect, it } from 'vitest';
import type { VendorHttp } from '../../activities/providers/http.js';
import { TEST_OFFER, testAttempt, testCall } from '../../activities/providers/openai/responses/test-attempt.js';
import type { VendorBatches } from '../../activities/providers/port.js';
import { createProvider } from '../../activities/providers/registry.js';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { linesOf, listOf, sought, stubHttp, tellHttp } from './batches-http.js';

// Batches at OpenRouter, as its guide (https://openrouter.ai/docs/batch-quickstart) and its reference
// (https://openrouter.ai/docs/api/api-reference/batch/create-a-batch and those beside it) have them.

const root = 'https://openrouter.ai/api/v1';
const signal = new AbortController().signal;

function batchesOf(http: VendorHttp): VendorBatches {
  const account = { kind: 'api_key', settings: {}, secret: { api_key: 'key-1' }, baseUrl: root } as const;
  const batches = createProvider('openrouter', account, http)?.batches;
  if (!batches) throw new Error('OpenRouter has no batches');
  return batches;
}

const asked = (body: JsonObject = {}, vendorModel = 'maker/m', fields: Partial<ChatCall> = {}) => {
  const offer = { ...TEST_OFFER, id: `openrouter/${vendorModel}`, vendor: 'openrouter', vendorModel };
  return testAttempt(testCall(fields, 'openai-chat', { messages: [], ...body }), { offer });
};
const said = (...content: readonly Json[]): JsonObject => ({ messages: [{ role: 'user', content: [...content] }] });

describe('a batch at OpenRouter', () => {
  it('is handed in with all its requests, which come last, and no word of streams', async () => {
    const { http, sent } = tellHttp({ status: 202, body: { id: 'batch_123', status: 'validating' } });
    const batches = batchesOf(http);
    const { endpoint, body, model } = await batches.capture(asked(said({ type: 'text', text: 'Hello' })));
    expect({ endpoint, model }).toEqual({ endpoint: '/v1/chat/completions', model: 'maker/m' });
    const streamed = { ...body, stream: true, stream_options: { include_usage: true } };
    const lines = linesOf({ customId: 'req_1-1', body }, { customId: 'req_2-1', body: streamed });
    expect(await batches.submit({ key: 'vb_1', endpoint, lines, signal }, undefined)).toEqual({ id: 'batch_123' });
    expect(sent).toMatchObject([
      { method: 'POST', url: `${root}/batches`, headers: { authorization: 'Bearer key-1' } },
    ]);
    const { stream: _, ...request } = body;
    const written = JSON.parse(sent[0]?.text ?? '') as JsonObject;
    expect(Object.keys(written)).toEqual(['endpoint', 'model', 'requests']);
    expect(written).toEqual({
      ...{ endpoint: '/v1/chat/completions', model: 'maker/m' },
      requests: [
        { custom_id: 'req_1-1', body: request },
        { custom_id: 'req_2-1', body: request },
      ],
    });
  });

  it.each([
    ['a picture', said({ type: 'image_url', image_url: { url: 'https://example.com/a.png' } })],
    ['a file', said({ type: 'file', file: { file_data: 'https://example.com/a.pdf', filename: 'a.pdf' } })],
    [
      'sound',
      said({ type: 'text', text: 'What is it?' }, { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } }),
    ],
    ['an answer in other media', { ...said({ type: 'text', text: 'Draw.' }), modalities: ['image', 'text'] }],
    ['a search', { ...said({ type: 'text', text: 'Hello' }), tools: [{ type: 'openrouter:web_search' }] }],
  ])('has no line with %s, which goes by itself', async (_, body) => {
    const capture = batchesOf(stubHttp({}).http).capture(asked(body));
    await expect(capture).rejects.toMatchObject({ failure: { class: 'model_not_found' } });
  });

  it("is of one format of answers where the model is Google's", async () => {
    const batches = batchesOf(stubHttp({}).http);
    const modelOf = async (vendorModel: string, body: JsonObject = {}): Promise<string | undefined> =>
      (await batches.capture(asked(body, vendorModel))).model;
    const asJson = { response_format: { type: 'json_object' } };
    expect(await modelOf('google/gemini')).toBe('google/gemini');
    expect(await modelOf('google/gemini', asJson)).toMatch(/^google\/gemini [0-9a-f]{64}$/);
    expect(await modelOf('maker/m', asJson)).toBe('maker/m');
  });

  it.each([
    ['validating', null, { status: 'running' }],
    ['in_progress', null, { status: 'running' }],
    ['finalizing', null, { status: 'running' }],
    ['cancelling', null, { status: 'running' }],
    ['completed', null, { status: 'ended', results: ['batch_123'], missing: { class: 'vendor_error' } }],
    ['failed', null, { status: 'ended', results: [], missing: { class: 'vendor_error' } }],
    ['expired', null, { status: 'ended', results: [], missing: { class: 'timeout_total' } }],
    ['expired', [{ custom_id: 'a' }], { status: 'ended', results: ['batch_123'], missing: { class: 'timeout_total' } }],
    ['cancelled', null, { status: 'ended', results: [], missing: { class: 'cancelled' } }],
  ])('that is %s, with the results %j', async (status, results, state) => {
    const { http, sent } = stubHttp({ id: 'batch_123', object: 'batch', status, results, error: null });
    expect(await batchesOf(http).check({ id: 'batch_123' }, signal)).toEqual(state);
    expect(sent[0]?.url).toBe(`${root}/batches/batch_123`);
  });

  it('is read a page at a time, in which a line has an answer or an error', async () => {
    const body = { id: 'gen-1', object: 'chat.completion', choices: [] };
    const refused = { error: { code: 400, message: 'No.' } };
    const row = (customId: string, response: Json, error: Json = null) => ({
      ...{ id: `r-${customId}`, custom_id: customId, response, error },
    });
    const { http, sent } = stubHttp(
      {
        ...{ object: 'list', has_more: true, next_cursor: 'djE6/1' },
        data: [
          row('a-1', { status_code: 200, request_id: 'gen-1', body }),
          row('b-1', null, { message: 'No.', type: 'server_error', param: null }),
        ],
      },
      {
        ...{ object: 'list', has_more: false, next_cursor: null },
        data: [row('c-1', { status_code: 400, request_id: null, body: refused })],
      },
    );
    expect(await listOf(batchesOf(http).results('batch_123', signal))).toEqual([
      { customId: 'a-1', answer: { status: 200, requestId: 'gen-1', body } },
      { customId: 'b-1', failure: { class: 'vendor_error' } },
      { customId: 'c-1', answer: { status: 400, body: refused } },
    ]);
    expect(sent.map(({ url }) => url.slice(root.length))).toEqual([
      ...['/batches/batch_123/results?limit=1000', '/batches/batch_123/results?limit=1000&cursor=djE6%2F1'],
    ]);
  });

  it('says in its answers what they cost, which is kept as that of a single one', async () => {
    const answer = {
      ...{ id: 'gen-1', object: 'chat.completion', created: 1, model: 'maker/m' },
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello!' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15, cost: 0.0000105 },
    };
    const usage = { units: { input: 12, output: 3 }, source: 'reported', statedUsd: '0.0000105' };
    const account = { kind: 'api_key', settings: {}, secret: { api_key: 'key-1' }, baseUrl: root } as const;
    const single = createProvider('openrouter', account, stubHttp(answer).http);
    const batched = batchesOf(stubHttp({}).http).answering({ status: 200, body: answer });
    for (const provider of [single, batched]) {
      const frames = await listOf(provider!.chat!(asked()));
      expect(frames.flatMap(({ events }) => events)).toContainEqual(
        expect.objectContaining({ usage: expect.objectContaining(usage) }),
      );
    }
  });

  it('is not asked to stop, and is deleted at its end, if it is still there', async () => {
    const { http, sent } = tellHttp({ status: 404, body: { error: { code: 404, message: 'Gone.' } } });
    const batches = batchesOf(http);
    await batches.cancel({ id: 'batch_123' }, signal);
    await batches.remove({ batch: { id: 'batch_123' } }, signal);
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([`DELETE ${root}/batches/batch_123`]);
    const busy = batchesOf(tellHttp({ status: 409, body: { error: { code: 409, message: 'It runs.' } } }).http);
    await expect(busy.remove({ batch: { id: 'batch_123' } }, signal)).rejects.toThrow();
  });
});

describe('OpenRouter is searched for a batch that may have been taken on', () => {
  const made = (id: string, about: JsonObject = {}): JsonObject => ({
    ...{ id, object: 'batch', status: 'completed', created_at: 1_790_000_000 },
    ...{ request_counts: { total: 2, completed: 2, failed: 0 }, ...about },
  });
  const list = (data: readonly Json[], lastId: string | null = null): JsonObject => ({
    ...{ object: 'list', data: [...data], has_more: lastId !== null, last_id: lastId },
  });
  const firstOf = (customId: string): JsonObject => ({ data: [{ custom_id: customId }], next_cursor: 'more' });

  it('that is known by the first of its results, on any of the first pages', async () => {
    const { http, sent } = stubHttp(list([made('a')], 'a'), firstOf('req_7-1'), list([made('b')]), firstOf('req_1-1'));
    expect(await batchesOf(http).find?.(sought, signal)).toEqual({ id: 'b' });
    const [first, a, second, b] = sent.map(({ url }) => new URL(url));
    expect([a?.pathname, b?.pathname]).toEqual(['/api/v1/batches/a/results', '/api/v1/batches/b/results']);
    // The minute, and five for the clocks.
    const sinceMs = Date.now() - Date.parse(first?.searchParams.get('created_after') ?? '');
    expect(sinceMs).toBeGreaterThanOrEqual(360_000);
    expect(sinceMs).toBeLessThan(420_000);
    expect(second?.searchParams.get('after')).toBe('a');
  });

  it.each([
    ['is at work on as many lines', { status: 'in_progress' }, 'undecided'],
    ['has not counted them', { status: 'validating', request_counts: { total: 0 } }, 'undecided'],
    ['is at work on more lines', { status: 'in_progress', request_counts: { total: 3 } }, undefined],
    ['has failed', { status: 'failed' }, undefined],
  ])('and has one that %s', async (_, about, found) => {
    const { http, sent } = stubHttp(list([made('a', about)]));
    expect(await batchesOf(http).find?.(sought, signal)).toBe(found);
    expect(sent).toHaveLength(1);
  });
});
