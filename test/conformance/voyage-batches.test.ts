import { describe, expect, it } from 'vitest';
import { TEST_OFFER } from '../../activities/providers/openai/responses/test-attempt.js';
import type { VendorHttp } from '../../activities/providers/http.js';
import type { VendorBatches } from '../../activities/providers/port.js';
import { createProvider } from '../../activities/providers/registry.js';
import type { EmbeddingCall } from '../../workflows/contracts/media-calls.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { fieldsOf, linesOf, listOf, sought, stubHttp } from './batches-http.js';

// Voyage's batches as its guide (https://docs.voyageai.com/docs/batch-inference) and its OpenAPI
// (https://docs.voyageai.com/reference/create-batch, …/list-batches, …/delete-file) have them.

const root = 'https://api.voyageai.com/v1';
const signal = new AbortController().signal;

function batchesOf(http: VendorHttp): VendorBatches {
  const account = { kind: 'api_key', settings: {}, secret: { api_key: 'key-1' }, baseUrl: root } as const;
  const batches = createProvider('voyage', account, http)?.batches;
  if (!batches) throw new Error('Voyage has no batches');
  return batches;
}

const offer = { ...TEST_OFFER, kind: 'embedding' as const, vendor: 'voyage', vendorModel: 'voyage-4-large' };
const asked = (body: JsonObject = {}, fields: Partial<EmbeddingCall> = {}) => ({
  ...{ offer, attemptKey: 'req_1:1', signal },
  call: {
    ...{ kind: 'embedding' as const, stream: false },
    source: { dialect: 'openai-embeddings' as const, body },
    inputs: ['Sample text 1', 'Sample text 2'].map((text) => ({ type: 'text' as const, text })),
    ...fields,
  },
});

/** `BatchObject` of the reference's example. */
const shown = (fields: JsonObject = {}): JsonObject => ({
  ...{ id: 'batch-abc123', object: 'batch', endpoint: '/v1/embeddings', errors: null, input_file_id: 'file-abc123' },
  ...{ completion_window: '12h', model: 'voyage-4-large', status: 'validating', output_file_id: null },
  ...{ error_file_id: null, metadata: { corpus: 'company policies' } },
  ...fields,
});

describe("Voyage's batches", () => {
  it('are a file of inputs alone, and a batch that says the rest of all of them', async () => {
    const { http, sent } = stubHttp({ object: 'file', id: 'file-abc123', purpose: 'batch' }, shown());
    const batches = batchesOf(http);
    const { endpoint, body, counts } = await batches.capture(
      asked({ output_dtype: 'uint8' }, { purpose: 'document', dimensions: 512 }),
    );
    expect(counts).toBe(2);
    const input = { key: 'vb_1', endpoint, signal };
    const uploaded = await batches.upload?.({ ...input, lines: linesOf({ customId: 'request_1', body }) });
    expect(await batches.submit({ ...input, lines: linesOf() }, uploaded)).toEqual({ id: 'batch-abc123' });
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([`POST ${root}/files`, `POST ${root}/batches`]);
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual(['Bearer key-1', 'Bearer key-1']);
    const { file, ...fields } = fieldsOf(sent[0]);
    expect(fields).toEqual({ purpose: 'batch' });
    expect(JSON.parse(file ?? '')).toEqual({
      custom_id: 'request_1',
      body: { input: ['Sample text 1', 'Sample text 2'] },
    });
    expect(JSON.parse(sent[1]?.text ?? '')).toEqual({
      ...{ endpoint: '/v1/embeddings', completion_window: '12h', input_file_id: 'file-abc123' },
      request_params: { model: 'voyage-4-large', input_type: 'document', output_dimension: 512, output_dtype: 'uint8' },
      metadata: { sluice_batch: 'vb_1' },
    });
  });

  it('are of requests whose parameters are the same, in whatever order they were written', async () => {
    const batches = batchesOf(stubHttp({}).http);
    const endpointOf = async (...of: Parameters<typeof asked>) => (await batches.capture(asked(...of))).endpoint;
    const query = await endpointOf({ truncation: false, output_dtype: 'int8' }, { purpose: 'query' });
    expect(await endpointOf({ output_dtype: 'int8', truncation: false }, { purpose: 'query' })).toBe(query);
    const others = [
      await endpointOf({ truncation: false, output_dtype: 'int8' }, { purpose: 'document' }),
      await endpointOf({ truncation: true, output_dtype: 'int8' }, { purpose: 'query' }),
      await endpointOf({ truncation: false, output_dtype: 'int8' }, { purpose: 'query', dimensions: 256 }),
      await endpointOf(),
    ];
    expect(new Set([query, ...others]).size).toBe(5);
  });

  it.each([[{ output_dtype: 'a word that is none of the vendor’s, and could be content' }], [{ truncation: ['a'] }]])(
    'take no parameter that is none, so that its request goes by itself: %j',
    async (body) => {
      const captured = batchesOf(stubHttp({}).http).capture(asked(body));
      await expect(captured).rejects.toMatchObject({ failure: { class: 'model_not_found' } });
    },
  );

  it.each([
    [true, 'voyage-4-large', 'embedding'],
    [true, 'voyage-code-2', 'embedding'],
    // Of other addresses, and those that the guide does not list.
    [false, 'voyage-context-3', 'embedding'],
    [false, 'voyage-multimodal-3.5', 'embedding'],
    [false, 'voyage-code-4', 'embedding'],
    [false, 'voyage-4-large', 'chat'],
  ] as const)('are %s of %s (%s)', (takes, vendorModel, kind) => {
    expect(batchesOf(stubHttp({}).http).takes({ ...offer, kind, vendorModel })).toBe(takes);
  });

  it('are found by their metadata', async () => {
    const own = shown({ id: 'batch-def456', metadata: { sluice_batch: 'vb_1' } });
    const { http, sent } = stubHttp({ object: 'list', data: [shown(), own], has_more: false });
    expect(await batchesOf(http).find?.(sought, signal)).toEqual({ id: 'batch-def456' });
    expect(sent[0]?.url).toBe(`${root}/batches?limit=100`);
    const none = stubHttp({ object: 'list', data: [shown()], has_more: false }).http;
    expect(await batchesOf(none).find?.(sought, signal)).toBeUndefined();
  });

  it.each([
    ['validating', { status: 'running' }],
    ['in_progress', { status: 'running' }],
    ['finalizing', { status: 'running' }],
    ['cancelling', { status: 'running' }],
    ['completed', { status: 'ended', results: ['file-o', 'file-e'], missing: { class: 'vendor_error' } }],
    ['failed', { status: 'ended', missing: { class: 'vendor_error' } }],
    ['cancelled', { status: 'ended', missing: { class: 'cancelled' } }],
  ])('that are %s', async (status, state) => {
    const { http } = stubHttp(shown({ status, output_file_id: 'file-o', error_file_id: 'file-e' }));
    expect(await batchesOf(http).check({ id: 'batch-abc123' }, signal)).toMatchObject(state);
  });

  it('are read by their lines, as the guide shows them', async () => {
    const data = [{ object: 'embedding', index: 0, embedding: [-0.0076687671244, 0.023722406476] }];
    const body = { object: 'list', data, model: 'voyage-4-large', usage: { total_tokens: 33 } };
    const expired = { code: 'batch_expired', message: 'This request could not be executed before the window expired.' };
    const lines = [
      { custom_id: 'task_0', response: { status_code: 200, body }, error: null },
      { custom_id: 'task_1', response: { status_code: 500, message: 'Internal Server Error' }, error: null },
      { custom_id: 'task_2', response: null, error: expired },
    ].map((line) => JSON.stringify({ batch_id: 'batch-abc123', ...line }));
    const batches = batchesOf(stubHttp(lines.join('\n')).http);
    expect(await listOf(batches.results('file-o', signal))).toEqual([
      { customId: 'task_0', answer: { status: 200, body } },
      { customId: 'task_1', answer: { status: 500, body: { message: 'Internal Server Error' } } },
      { customId: 'task_2', failure: { class: 'timeout_total' } },
    ]);
    const one = asked({}, { inputs: [{ type: 'text', text: 'Sample text' }] });
    const frames = await listOf(batches.answering({ status: 200, body }).media!.embedding!(one));
    const usage: unknown = expect.objectContaining({ units: { input: 33 } });
    expect(frames.flatMap(({ events }) => events)).toContainEqual({ type: 'usage', usage });
    const refused = batches.answering({ status: 500, body: { message: 'Internal Server Error' } });
    await expect(listOf(refused.media!.embedding!(one))).rejects.toMatchObject({ failure: { class: 'vendor_error' } });
  });

  it('are forgotten with their files', async () => {
    const { http, sent } = stubHttp({}, shown({ status: 'completed', output_file_id: 'file-o' }), {});
    const batches = batchesOf(http);
    await batches.cancel({ id: 'batch-abc123' }, signal);
    await batches.remove({ batch: { id: 'batch-abc123' }, uploaded: { input_file_id: 'file-abc123' } }, signal);
    expect(sent.map(({ method, url }) => `${method} ${url.slice(root.length)}`)).toEqual([
      ...['POST /batches/batch-abc123/cancel', 'GET /batches/batch-abc123'],
      ...['DELETE /files/file-abc123', 'DELETE /files/file-o'],
    ]);
  });
});
