import { describe, expect, it } from 'vitest';
import { createMessageBatches } from '../../activities/providers/anthropic/batches/create-message-batches.js';
import {
  fromMessageBatch,
  fromMessageBatchLine,
} from '../../activities/providers/anthropic/batches/from-message-batch.js';
import { createOpenAi } from '../../activities/providers/openai/create-openai.js';
import {
  fromOpenAiBatch,
  fromOpenAiBatchLine,
} from '../../activities/providers/openai-compatible/batches/from-openai-batch.js';
import { TEST_OFFER } from '../../activities/providers/openai/responses/test-attempt.js';
import type { VendorHttp } from '../../activities/providers/http.js';
import type { VendorBatches } from '../../activities/providers/port.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { fieldsOf, inPieces, linesOf, sought, stubHttp } from './batches-http.js';
import { recordingsOf } from './media-exchange.js';
import { loadOpenAiSpecification } from './openai-specification.js';

// Vendors' batches as they were recorded and are described: what goes out, and how what comes back is read.

const recordings = recordingsOf('openai.batches').filter(({ url }) => url.includes('/v1/batches'));
if (recordings.length === 0)
  console.warn('The recordings are absent: the batches of OpenAI are not held against them.');
const specification = loadOpenAiSpecification();
const signal = new AbortController().signal;

function openai(http: VendorHttp): VendorBatches {
  const { batches } = createOpenAi({ apiKey: 'sk-1', baseUrl: 'https://api.openai.com/v1', http });
  if (!batches) throw new Error('OpenAI has no batches');
  return batches;
}

function anthropic(http: VendorHttp): VendorBatches {
  const chatBy = () => ({ id: 'anthropic', chat: () => inPieces('') as never });
  return createMessageBatches({ apiKey: 'sk-1', baseUrl: 'https://api.anthropic.com', http, chatBy });
}

const line = {
  customId: 'req_1-1',
  body: { model: 'gpt-4o-mini', stream: false, messages: [{ role: 'user', content: 'Hé' }] },
};
const input = { key: 'vb_1', endpoint: '/v1/chat/completions', signal };

describe.skipIf(recordings.length === 0)('OpenAI as recorded', () => {
  it('is asked for a batch of a file as its clients ask', async () => {
    const asked = recordings.find(({ url, request }) => url.endsWith('/v1/batches') && 'input_file_id' in request);
    const { http, sent } = stubHttp(asked?.answer ?? {});
    const batch = await openai(http).submit({ ...input, lines: linesOf() }, { input_file_id: 'file-1' });
    expect(batch).toEqual({ id: asked?.answer['id'] });
    expect(sent[0]?.url).toBe(asked?.url);
    expect(JSON.parse(sent[0]?.text ?? '')).toMatchObject({ ...asked?.request, input_file_id: 'file-1' });
  });

  it('is listed to find a batch, which is known by its metadata', async () => {
    const listed = recordings.find(({ answer }) => Array.isArray(answer['data']))?.answer as { data: JsonObject[] };
    expect(await openai(stubHttp({ ...listed, has_more: false }).http).find?.(sought, signal)).toBeUndefined();
    const own = { ...listed.data[1], metadata: { sluice_batch: 'vb_1' } };
    const { http } = stubHttp({ ...listed, has_more: true }, { ...listed, data: [own] });
    const found = openai(http).find?.(sought, signal);
    expect(await found).toEqual({ id: own['id' as keyof typeof own] });
  });

  it('tells when a batch is over, and where its answers are', () => {
    const all = recordings.flatMap(({ answer }) =>
      Array.isArray(answer['data']) ? (answer['data'] as JsonObject[]) : [answer],
    );
    expect(all.length).toBeGreaterThan(5);
    for (const batch of all) {
      const state = fromOpenAiBatch(batch);
      const isOver = ['completed', 'failed', 'expired', 'cancelled'].includes(String(batch['status']));
      expect(state.status).toBe(isOver ? 'ended' : 'running');
      if (state.status === 'ended' && batch['status'] === 'completed') {
        expect(state.results).toEqual([batch['output_file_id'], batch['error_file_id']].filter((id) => id !== null));
      }
    }
  });
});

describe('OpenAI', () => {
  it('is sent lines as they are read, in a form that ends with the file', async () => {
    const { http, sent } = stubHttp({ id: 'file-9' });
    expect(await openai(http).upload?.({ ...input, lines: linesOf(line, { ...line, customId: 'req_2-1' }) })).toEqual({
      input_file_id: 'file-9',
    });
    const fields = fieldsOf(sent[0]);
    expect(fields).toMatchObject({
      ...{ purpose: 'batch', 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '259200' },
    });
    const lines = fields['file']?.trimEnd().split('\n') ?? [];
    expect(lines.map((text): unknown => JSON.parse(text))).toEqual([
      { custom_id: 'req_1-1', method: 'POST', url: '/v1/chat/completions', body: line.body },
      { custom_id: 'req_2-1', method: 'POST', url: '/v1/chat/completions', body: line.body },
    ]);
  });

  it.skipIf(!specification)('asks for a batch as its specification says', async () => {
    const { http, sent } = stubHttp({ id: 'batch_1' });
    await openai(http).submit({ ...input, lines: linesOf() }, { input_file_id: 'file-1' });
    const known = specification?.propertiesOf('Batch') ?? [];
    expect(known).toEqual(expect.arrayContaining(['output_file_id', 'error_file_id', 'metadata', 'status', 'errors']));
    expect(JSON.parse(sent[0]?.text ?? '')).toEqual({
      ...{ input_file_id: 'file-1', endpoint: '/v1/chat/completions', completion_window: '24h' },
      ...{ metadata: { sluice_batch: 'vb_1' }, output_expires_after: { anchor: 'created_at', seconds: 259_200 } },
    });
  });

  it('is sent embeddings as it would be by themselves, which count by their inputs and are read the same', async () => {
    const attempt = {
      call: {
        ...{ kind: 'embedding' as const, stream: false, source: { dialect: 'openai-embeddings' as const, body: {} } },
        inputs: [
          { type: 'text' as const, text: 'one' },
          { type: 'text' as const, text: 'two' },
        ],
      },
      offer: { ...TEST_OFFER, kind: 'embedding' as const, vendorModel: 'text-embedding-3-small' },
      ...{ attemptKey: 'req_1:1', signal },
    };
    const batches = openai(stubHttp().http);
    expect(await batches.capture(attempt)).toEqual({
      ...{ endpoint: '/v1/embeddings', counts: 2, model: 'text-embedding-3-small' },
      body: { model: 'text-embedding-3-small', input: ['one', 'two'] },
    });
    const data = [0, 1].map((index) => ({ object: 'embedding', index, embedding: [0.5, index] }));
    const body = { object: 'list', data, model: 'm', usage: { prompt_tokens: 4, total_tokens: 4 } };
    const events = [];
    for await (const frame of batches.answering({ status: 200, body }).media?.embedding?.(attempt) ?? []) {
      events.push(...frame.events);
    }
    const usage: unknown = expect.objectContaining({ units: { input: 4 } });
    expect(events).toContainEqual({ type: 'usage', usage });
  });

  it('answers each line with what it would have answered by itself, or says why it has not run it', async () => {
    const response = { status_code: 429, request_id: 'r', body: { error: { message: 'Wé' } } };
    const lines = [
      { custom_id: 'a-1', response, error: null },
      { custom_id: 'b-1', response: null, error: { code: 'batch_expired', message: '' } },
    ];
    const { http, sent } = stubHttp(lines.map((one) => JSON.stringify(one)).join('\n'));
    const read = [];
    for await (const result of openai(http).results('file-2', signal)) read.push(result);
    expect(sent[0]?.url).toBe('https://api.openai.com/v1/files/file-2/content');
    expect(read).toEqual([
      { customId: 'a-1', answer: { status: 429, body: response.body, requestId: 'r' } },
      { customId: 'b-1', failure: { class: 'timeout_total' } },
    ]);
    expect(() => fromOpenAiBatchLine({ response })).toThrow('bad_response');
  });

  it.each([
    [{ status: 'failed', errors: { data: [{ code: 'token_limit_exceeded' }] } }, 'rate_limited'],
    [{ status: 'failed', errors: { data: [{ code: 'constructor' }] } }, 'vendor_error'],
    [{ status: 'expired' }, 'timeout_total'],
    [{ status: 'cancelled' }, 'cancelled'],
  ])('that ends a batch as %o leaves its other lines for %s', (batch, failure) => {
    expect(fromOpenAiBatch(batch)).toEqual({ status: 'ended', results: [], missing: { class: failure } });
  });

  it('is told to forget the files of a batch', async () => {
    const { http, sent } = stubHttp({ status: 'completed', output_file_id: 'file-2', error_file_id: null });
    await openai(http).remove({ batch: { id: 'batch_1' }, uploaded: { input_file_id: 'file-1' } }, signal);
    expect(sent.map(({ method, url }) => `${method} ${url.slice('https://api.openai.com/v1'.length)}`)).toEqual([
      ...['GET /batches/batch_1', 'DELETE /files/file-1', 'DELETE /files/file-2'],
    ]);
  });
});

describe('Anthropic', () => {
  it('is sent one body, a request at a time, with the beta features of all', async () => {
    const { http, sent } = stubHttp({ id: 'msgbatch_1', type: 'message_batch' });
    const lines = linesOf(line, { ...line, customId: 'req_2-1' });
    expect(await anthropic(http).submit({ ...input, endpoint: 'a-1,b-2', lines }, undefined)).toEqual({
      id: 'msgbatch_1',
    });
    expect(sent[0]).toMatchObject({ url: 'https://api.anthropic.com/v1/messages/batches' });
    expect(sent[0]?.headers).toMatchObject({ 'anthropic-beta': 'a-1,b-2', 'anthropic-version': '2023-06-01' });
    const { stream: _, ...params } = line.body;
    expect(JSON.parse(sent[0]?.text ?? '')).toEqual({
      requests: [
        { custom_id: 'req_1-1', params },
        { custom_id: 'req_2-1', params },
      ],
    });
  });

  it('has no results before its end, and then sends the key to its own address only', async () => {
    expect(fromMessageBatch({ processing_status: 'canceling' })).toEqual({ status: 'running' });
    const where = 'https://elsewhere.example/v1/messages/batches/msgbatch_1/results';
    const state = fromMessageBatch({ processing_status: 'ended', results_url: where });
    expect(state).toMatchObject({ status: 'ended', results: [where] });
    const { http, sent } = stubHttp(JSON.stringify({ custom_id: 'a-1', result: { type: 'canceled' } }));
    const read = [];
    for await (const result of anthropic(http).results(where, signal)) read.push(result);
    expect(sent[0]?.url).toBe('https://api.anthropic.com/v1/messages/batches/msgbatch_1/results');
    expect(read).toEqual([{ customId: 'a-1', failure: { class: 'cancelled' } }]);
  });

  describe('is searched for a batch that may have been taken on', () => {
    const made = (id: string, agoMs: number, about: object = {}) => ({
      ...{
        id,
        type: 'message_batch',
        created_at: new Date(Date.now() - agoMs).toISOString(),
        processing_status: 'ended',
      },
      ...{ request_counts: { processing: 0, succeeded: 1, errored: 0, canceled: 1, expired: 0 } },
      ...{ results_url: `https://elsewhere.example/v1/messages/batches/${id}/results`, ...about },
    });
    const ofLine = (customId: string) => JSON.stringify({ custom_id: customId, result: { type: 'canceled' } });
    const listOf = (...data: readonly object[]) => ({ data: data as Json[], has_more: false, last_id: null });

    it('and known by the first of its results', async () => {
      const list = listOf(made('a', 0), made('b', 0), made('c', 0));
      const { http, sent } = stubHttp(list, ofLine('req_7-1'), ofLine('req_1-1'));
      expect(await anthropic(http).find?.(sought, signal)).toEqual({ id: 'b' });
      expect(sent.map(({ url }) => url.slice('https://api.anthropic.com/v1/messages/batches'.length))).toEqual([
        ...['?limit=100', '/a/results', '/b/results'],
      ]);
    });

    it('over its pages, no further back than it can have been made', async () => {
      const first = { data: [made('a', 0)], has_more: true, last_id: 'a' };
      const { http, sent } = stubHttp(first, ofLine('req_7-1'), listOf(made('b', 60 * 60_000), made('c', 0)));
      expect(await anthropic(http).find?.(sought, signal)).toBeUndefined();
      expect(sent.at(-1)?.url).toMatch(/\?limit=100&after_id=a$/);
      expect(sent).toHaveLength(3);
    });

    it.each([
      ['is at work on one of so many lines', { processing_status: 'in_progress', results_url: null }, 'undecided'],
      [
        'is at work on one of more lines',
        { processing_status: 'in_progress', request_counts: { processing: 3 } },
        undefined,
      ],
      ['has one whose results are gone', { results_url: null }, undefined],
    ])('and %s', async (_, about, found) => {
      const { http, sent } = stubHttp(listOf(made('a', 0, about)));
      expect(await anthropic(http).find?.(sought, signal)).toBe(found);
      expect(sent).toHaveLength(1);
    });
  });

  it.each([
    [{ type: 'succeeded', message: { id: 'msg_1' } }, { answer: { status: 200, body: { id: 'msg_1' } } }],
    [errored('invalid_request_error'), { answer: { status: 400, body: errored('invalid_request_error').error } }],
    [errored('overloaded_error'), { answer: { status: 529, body: errored('overloaded_error').error } }],
    [errored('constructor'), { answer: { status: 500, body: errored('constructor').error } }],
    [{ type: 'expired' }, { failure: { class: 'timeout_total' } }],
    [{ type: 'something new' }, { failure: { class: 'bad_response' } }],
  ])('tells of a line %o', (result, read) => {
    expect(fromMessageBatchLine({ custom_id: 'a-1', result })).toEqual({ customId: 'a-1', ...read });
  });
});

function errored(type: string) {
  return { type: 'errored', error: { type: 'error', error: { type, message: 'No.' } } };
}
