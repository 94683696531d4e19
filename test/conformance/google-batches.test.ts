import { describe, expect, it } from 'vitest';
import { fromGoogleBatch, fromGoogleBatchLine } from '../../activities/providers/google/batches/from-google-batch.js';
import { inChunks } from '../../activities/providers/google/batches/in-chunks.js';
import { createGoogle } from '../../activities/providers/google/create-google.js';
import type { VendorHttp } from '../../activities/providers/http.js';
import type { MediaAttempt, VendorBatches } from '../../activities/providers/port.js';
import { attemptOf } from '../../activities/providers/sandbox/test-attempt.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { EmbeddingCall, EmbeddingInput } from '../../workflows/contracts/media-calls.js';
import { linesOf, listOf, sought, tellHttp } from './batches-http.js';
import { loadGoogleSpecification, specified } from './google-specification.js';
import { embeddingAttempt, embeddingsOf, PICTURE } from './embedding-attempts.js';

// Batches of the Gemini API as they are described: what goes out, and how what comes back is read.

const root = 'https://generativelanguage.googleapis.com';
const signal = new AbortController().signal;
const line = { customId: 'req_1-1', body: { contents: [{ role: 'user', parts: [{ text: 'Hé' }] }] } };
const input = { key: 'vb_1', endpoint: 'models/gemini-2.5-flash', lines: linesOf(), signal };

function google(http: VendorHttp, baseUrl = `${root}/v1beta`): VendorBatches {
  const { batches } = createGoogle({ apiKey: 'k', baseUrl, http });
  if (!batches) throw new Error('Google has no batches');
  return batches;
}

const operation = (state: string, fields: JsonObject = {}): JsonObject => ({
  ...{ name: 'batches/b1', metadata: { '@type': 'x', state, displayName: 'vb_1' } },
  ...fields,
});
const done = { done: true, response: { '@type': 'x', responsesFile: 'files/batch-b1' } };

describe("Google's file of requests", () => {
  const address = { 'x-goog-upload-url': `${root}/upload/v1beta/files?upload_id=u1&upload_protocol=resumable` };

  it('is begun with our key, and sent to the address that comes back, which is all that it shows', async () => {
    const { http, sent } = tellHttp({ headers: address }, { body: { file: { name: 'files/f1' } } });
    const lines = linesOf(line, { ...line, customId: 'req_2-1' });
    expect(await google(http).upload?.({ ...input, lines })).toEqual({ file: 'files/f1' });
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${root}/upload/v1beta/files`,
      `POST ${root}/upload/v1beta/files?upload_id=u1&upload_protocol=resumable`,
    ]);
    expect(sent[0]?.headers).toMatchObject({
      ...{ 'x-goog-api-key': 'k', 'x-goog-upload-protocol': 'resumable', 'x-goog-upload-command': 'start' },
      'x-goog-upload-header-content-type': 'application/jsonl',
    });
    expect(JSON.parse(sent[0]?.text ?? '')).toEqual({ file: { displayName: 'vb_1', mimeType: 'application/jsonl' } });
    expect(sent[1]?.headers).toEqual({ 'x-goog-upload-command': 'upload, finalize', 'x-goog-upload-offset': '0' });
    expect(sent[1]?.text.split('\n')).toEqual([
      JSON.stringify({ key: 'req_1-1', request: line.body }),
      JSON.stringify({ key: 'req_2-1', request: line.body }),
      '',
    ]);
  });

  it('goes in chunks where it is long, each where the one before it ended', async () => {
    const long = { ...line, body: { contents: [{ parts: [{ text: 'x'.repeat(9 * 1024 * 1024) }] }] } };
    const { http, sent } = tellHttp({ headers: address }, {}, { body: { file: { name: 'files/f1' } } });
    await google(http).upload?.({ ...input, lines: linesOf(line, long) });
    expect(
      sent.slice(1).map(({ headers }) => [headers['x-goog-upload-command'], headers['x-goog-upload-offset']]),
    ).toEqual([
      ['upload', '0'],
      ['upload, finalize', '8388608'],
    ]);
    expect(sent[1]?.text.length).toBe(8_388_608 - 1);
    expect(
      `${sent[1]?.text}${sent[2]?.text}`
        .split('\n')
        .slice(0, 2)
        .map((text): Json => JSON.parse(text) as Json),
    ).toEqual([
      { key: line.customId, request: line.body },
      { key: long.customId, request: long.body },
    ]);
  });

  it('is sent nowhere but to the configured address, whatever host the vendor names', async () => {
    const elsewhere = { 'x-goog-upload-url': 'https://elsewhere.example/upload/v1beta/files?upload_id=u1' };
    const { http, sent } = tellHttp({ headers: elsewhere }, { body: { file: { name: 'files/f1' } } });
    await google(http, 'https://proxy.example/gemini/v1beta/').upload?.({ ...input, lines: linesOf(line) });
    expect(sent.map(({ url }) => url)).toEqual([
      'https://proxy.example/gemini/upload/v1beta/files',
      'https://proxy.example/gemini/upload/v1beta/files?upload_id=u1',
    ]);
    const without = google(tellHttp({}).http).upload?.({ ...input, lines: linesOf(line) });
    await expect(without).rejects.toMatchObject({ failure: { class: 'bad_response' } });
  });

  it('may be refused, which nothing is lost by', async () => {
    const refused = tellHttp(
      { headers: address },
      { status: 503, body: { error: { code: 503, status: 'UNAVAILABLE' } } },
    );
    const upload = google(refused.http).upload?.({ ...input, lines: linesOf(line) });
    await expect(upload).rejects.toMatchObject({ failure: { class: 'overloaded' } });
  });

  it.each([
    ['', ['']],
    ['abc', ['abc']],
    ['abcd', ['abcd', '']],
    ['abcdefghij', ['abcd', 'efgh', 'ij']],
  ])('is cut into chunks of one size, but for the last: %j', async (text, chunks) => {
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (const letters of text.match(/.{1,3}/g) ?? []) yield Buffer.from(letters);
    };
    const cut = await listOf(inChunks(pieces(), 4));
    expect(cut.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(chunks);
    expect(cut.map(({ offset, isLast }) => [offset, isLast])).toEqual(
      chunks.map((_, index) => [index * 4, index === chunks.length - 1]),
    );
  });
});

describe('a batch at Google', () => {
  it('is of the model that the request by itself would ask, in whose words its lines are', async () => {
    const attempt = attemptOf({});
    const captured = await google(tellHttp().http).capture({
      ...attempt,
      offer: { ...attempt.offer, vendor: 'google', vendorModel: 'gemini-2.5-flash' },
    });
    expect(captured.endpoint).toBe('models/gemini-2.5-flash');
    expect(captured.body).toMatchObject({ contents: [{ role: 'user' }], generationConfig: {} });
    expect(captured.body['model']).toBeUndefined();
  });

  it.skipIf(!specified)('is asked for as the API is described', async () => {
    const { http, sent } = tellHttp({ body: operation('BATCH_STATE_PENDING') });
    expect(await google(http).submit(input, { file: 'files/f1' })).toEqual({ name: 'batches/b1' });
    expect(sent[0]?.url).toBe(`${root}/v1beta/models/gemini-2.5-flash:batchGenerateContent`);
    const body = JSON.parse(sent[0]?.text ?? '') as JsonObject;
    expect(body).toEqual({ batch: { displayName: 'vb_1', inputConfig: { fileName: 'files/f1' } } });
    const { google: validatorOf } = loadGoogleSpecification();
    const isAsDescribed = validatorOf('CreateBatchGenerateContentRequest');
    expect(isAsDescribed(body), JSON.stringify(isAsDescribed.errors)).toBe(true);
  });

  it('is found by its display name, on whichever page it is listed', async () => {
    const other = { ...operation('BATCH_STATE_RUNNING'), metadata: { displayName: 'somebody-elses' } };
    const { http, sent } = tellHttp(
      { body: { operations: [other], nextPageToken: 'p/2' } },
      { body: { operations: [operation('BATCH_STATE_RUNNING')] } },
    );
    expect(await google(http).find?.(sought, signal)).toEqual({ name: 'batches/b1' });
    expect(sent.map(({ url }) => url)).toEqual([
      `${root}/v1beta/batches?pageSize=100`,
      `${root}/v1beta/batches?pageSize=100&pageToken=p%2F2`,
    ]);
    expect(await google(tellHttp({ body: {} }).http).find?.(sought, signal)).toBeUndefined();
  });

  it.each([
    ['BATCH_STATE_PENDING', {}, { status: 'running' }],
    ['JOB_STATE_RUNNING', {}, { status: 'running' }],
    // Told so before its answers are there: to end it here would have each line asked for once more.
    ['BATCH_STATE_SUCCEEDED', {}, { status: 'running' }],
    ['BATCH_STATE_SUCCEEDED', done, ended(['files/batch-b1'], 'vendor_error')],
    ['JOB_STATE_PARTIALLY_SUCCEEDED', done, ended(['files/batch-b1'], 'vendor_error')],
    ['BATCH_STATE_SUCCEEDED', { done: true }, ended([], 'vendor_error')],
    ['BATCH_STATE_EXPIRED', {}, ended([], 'timeout_total')],
    ['BATCH_STATE_CANCELLED', {}, ended([], 'cancelled')],
    ['BATCH_STATE_FAILED', { error: { code: 8, message: 'Wé' } }, ended([], 'rate_limited')],
    ['BATCH_STATE_FAILED', { error: { code: 3, message: 'Error on line 1' } }, ended([], 'vendor_error')],
  ])('is %s %j', (state, fields, expected) => {
    expect(fromGoogleBatch(operation(state, fields as JsonObject))).toEqual(expected);
  });

  it('has its answers in a file, where its metadata alone says so, too', () => {
    const output = { responsesFile: 'files/batch-b1' };
    const batch = { name: 'batches/b1', metadata: { state: 'BATCH_STATE_CANCELLED', output } };
    expect(fromGoogleBatch(batch)).toEqual(ended(['files/batch-b1'], 'cancelled'));
  });

  it('is forgotten with its files, of which the vendor cannot delete the one with a long name', async () => {
    const { http, sent } = tellHttp(
      {},
      { body: operation('BATCH_STATE_SUCCEEDED', done) },
      { status: 400 },
      { status: 404 },
    );
    await google(http).remove({ batch: { name: 'batches/b1' }, uploaded: { file: 'files/f1' } }, signal);
    expect(sent.map(({ method, url }) => `${method} ${url.slice(`${root}/v1beta/`.length)}`)).toEqual([
      ...['DELETE files/f1', 'GET batches/b1', 'DELETE files/batch-b1', 'DELETE batches/b1'],
    ]);
    const gone = tellHttp({ status: 404 });
    await google(gone.http).remove({ batch: { name: 'batches/b1' }, uploaded: { file: 'files/f1' } }, signal);
    expect(gone.sent.map(({ method }) => method)).toEqual(['DELETE', 'GET', 'DELETE']);
    const away = google(tellHttp({ status: 503 }).http).remove({ uploaded: { file: 'files/f1' } }, signal);
    await expect(away).rejects.toMatchObject({ failure: { class: 'overloaded' } });
  });
});

describe('embeddings in batches of Google', () => {
  const asked = (model: string, ...inputs: readonly (string | EmbeddingInput)[]): MediaAttempt<EmbeddingCall> =>
    embeddingAttempt(`google/${model}`, inputs, { dimensions: 512, purpose: 'query' });
  const batches = google(tellHttp().http);

  it('are of a model and the method that makes a batch of them, each line the one request that would go by itself', async () => {
    expect(await batches.capture(asked('gemini-embedding-001', 'Explain GenAI'))).toEqual({
      endpoint: 'models/gemini-embedding-001:asyncBatchEmbedContent',
      body: {
        ...{ model: 'models/gemini-embedding-001', content: { parts: [{ text: 'Explain GenAI' }] } },
        ...{ taskType: 'RETRIEVAL_QUERY', outputDimensionality: 512 },
      },
    });
    const pictured = await batches.capture(asked('gemini-embedding-2', PICTURE));
    expect(pictured.body).toMatchObject({ content: { parts: [{ inlineData: { mimeType: 'image/png' } }] } });
    expect(batches.takes(asked('gemini-embedding-2').offer)).toBe(true);
    expect(batches.takes({ ...asked('gemini-embedding-2').offer, kind: 'image' })).toBe(false);
  });

  it('are no line of a picture that is to be fetched, which goes by itself', async () => {
    const source = { type: 'url', url: 'https://pictures.example/sea.png' } as const;
    const fetched = batches.capture(asked('gemini-embedding-2', { type: 'image', source }));
    await expect(fetched).rejects.toMatchObject({ failure: { class: 'model_not_found' } });
  });

  it('are no line where there are several, which go by themselves', async () => {
    const several = batches.capture(asked('gemini-embedding-2', 'Hi', 'Hey'));
    await expect(several).rejects.toMatchObject({ failure: { class: 'model_not_found' } });
  });

  it.skipIf(!specified)('are handed in as the API is described', async () => {
    const { http, sent } = tellHttp({ body: operation('BATCH_STATE_PENDING') });
    const endpoint = 'models/gemini-embedding-2:asyncBatchEmbedContent';
    expect(await google(http).submit({ ...input, endpoint }, { file: 'files/f1' })).toEqual({ name: 'batches/b1' });
    expect(sent[0]?.url).toBe(`${root}/v1beta/${endpoint}`);
    const body = JSON.parse(sent[0]?.text ?? '') as JsonObject;
    expect(body).toEqual({ batch: { displayName: 'vb_1', inputConfig: { fileName: 'files/f1' } } });
    const isAsDescribed = loadGoogleSpecification().google('CreateBatchEmbedContentRequest');
    expect(isAsDescribed(body), JSON.stringify(isAsDescribed.errors)).toBe(true);
  });

  it.each([
    // `SingleEmbedContentResponse` of Google's clients.
    [{ tokenCount: 4 }, 'Hi', { input: 4 }],
    // As a 64-bit number is written.
    [{ tokenCount: '4' }, 'Hi', { input: 4 }],
    [{ tokenCount: 258 }, PICTURE, { input: 0, input_image: 258 }],
    // As the answer by itself.
    [{ usageMetadata: { promptTokenCount: 5 }, tokenCount: 4 }, 'Hi', { input: 5 }],
    // Counted from the call then, as of any answer.
    [{}, 'Hi', undefined],
    [{ tokenCount: 'many' }, 'Hi', undefined],
  ])('are read with what they took: %j', async (told, given, units) => {
    const response = { embedding: { values: [0.25, -1] }, ...told };
    expect(fromGoogleBatchLine({ key: 'a-1', response })).toEqual({
      ...{ customId: 'a-1', answer: { status: 200, body: response } },
    });
    const read = await embeddingsOf(batches, asked('gemini-embedding-2', given), response);
    expect(read).toEqual({ vectors: [[0.25, -1]], units });
  });
});

describe("a line of Google's answers", () => {
  /** Of Google's own notebook: https://github.com/google-gemini/cookbook/blob/main/quickstarts/Batch_mode.ipynb. */
  const response = {
    responseId: '6VFkaIDwEPXVjMcP4-XW6Qo',
    usageMetadata: { totalTokenCount: 848, thoughtsTokenCount: 829, candidatesTokenCount: 11, promptTokenCount: 8 },
    candidates: [
      {
        content: { role: 'model', parts: [{ text: 'AI learns patterns from data to make decisions or predictions.' }] },
        ...{ finishReason: 'STOP', index: 0 },
      },
    ],
    modelVersion: 'gemini-3.7-flash',
  };

  it('is read where the vendor says that they are, and as the answer to the request by itself', async () => {
    const { http, sent } = tellHttp({ body: [{ response, key: 'a-1' }].map((one) => JSON.stringify(one)).join('\n') });
    const [read] = await listOf(google(http).results('files/batch-b1', signal));
    expect(sent[0]?.url).toBe(`${root}/download/v1beta/files/batch-b1:download?alt=media`);
    expect(read).toEqual({ customId: 'a-1', answer: { status: 200, body: response } });
    const answering = google(tellHttp().http).answering({ status: 200, body: response });
    const events = (await listOf(answering.chat!(attemptOf({})))).flatMap(({ events }) => events);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'text-delta', text: response.candidates[0]?.content.parts[0]?.text }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'usage',
        usage: expect.objectContaining({ units: { input: 8, output: 11, output_reasoning: 829 } }),
      }),
    );
  });

  it.each([
    [{ error: { code: 3, message: 'No.' } }, 400, 'INVALID_ARGUMENT'],
    [{ error: { code: 400, message: 'No.', status: 'INVALID_ARGUMENT' } }, 400, 'INVALID_ARGUMENT'],
    [{ status: { code: 8, message: 'No.' } }, 429, 'RESOURCE_EXHAUSTED'],
    [{ error: { code: 14, message: 'No.' } }, 503, 'UNAVAILABLE'],
    [{ error: { code: 77, message: 'No.' } }, 500, null],
    [{ error: { message: 'No.' } }, 500, null],
  ])('is refused as by itself: %j', (fields, status, name) => {
    const body = { error: { message: 'No.', code: status, status: name } };
    expect(fromGoogleBatchLine({ key: 'a-1', ...fields })).toEqual({ customId: 'a-1', answer: { status, body } });
  });

  it('has not been run where its batch was stopped, and says nothing where it says neither', () => {
    const stopped = { key: 'a-1', error: { code: 1, message: 'The operation was cancelled.' } };
    expect(fromGoogleBatchLine(stopped)).toEqual({ customId: 'a-1', failure: { class: 'cancelled' } });
    expect(fromGoogleBatchLine({ key: 'a-1' })).toEqual({ customId: 'a-1', failure: { class: 'bad_response' } });
    expect(() => fromGoogleBatchLine({ response })).toThrow('bad_response');
  });
});

function ended(results: readonly string[], missing: string): JsonObject {
  return { status: 'ended', results: [...results], missing: { class: missing } };
}
