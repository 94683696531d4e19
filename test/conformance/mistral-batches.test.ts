import { describe, expect, it } from 'vitest';
import {
  fromMistralBatch,
  fromMistralBatchLine,
} from '../../activities/providers/mistral/batches/from-mistral-batch.js';
import type { VendorHttp } from '../../activities/providers/http.js';
import type { VendorBatches } from '../../activities/providers/port.js';
import { createProvider } from '../../activities/providers/registry.js';
import { attemptOf } from '../../activities/providers/sandbox/test-attempt.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { linesOf, listOf, sought, tellHttp } from './batches-http.js';
import { embeddingAttempt } from './media-exchange.js';
import { loadOpenAiSpecification } from './openai-specification.js';

// Batches of Mistral as its specification and its pages have them: what goes out, and how what comes back is read.

const base = 'https://api.mistral.ai/v1';
const specification = loadOpenAiSpecification({ vendor: 'mistral' });
const signal = new AbortController().signal;
const [inputFile, outputFile, errorFile, jobId] = ['1', '2', '3', '4'].map(
  (digit) => `e85980c9-409e-4a46-9304-36588f6292b${digit}`,
) as [string, string, string, string];
const common = '/v1/chat/completions mistral-small-latest';
const input = { key: 'vb_1', endpoint: common, lines: linesOf(), signal };

function mistral(http: VendorHttp): VendorBatches {
  const account = { kind: 'api_key', settings: {}, secret: { api_key: 'k' }, baseUrl: `${base}/` } as const;
  const batches = createProvider('mistral', account, http)?.batches;
  if (!batches) throw new Error('Mistral has no batches');
  return batches;
}

const job = (fields: JsonObject = {}): JsonObject => ({
  ...{ id: jobId, object: 'batch', input_files: [inputFile], metadata: { sluice_batch: 'vb_1' } },
  ...{ endpoint: '/v1/chat/completions', model: 'mistral-small-latest', agent_id: null },
  ...{ output_file: null, error_file: null, errors: [], status: 'QUEUED', created_at: 1_761_577_934 },
  ...{ total_requests: 2, completed_requests: 0, succeeded_requests: 0, failed_requests: 0 },
  ...fields,
});

describe('a batch at Mistral', () => {
  it('is of one endpoint and one model, in whose words its lines are', async () => {
    const attempt = attemptOf({});
    const offer = { ...attempt.offer, vendor: 'mistral', vendorModel: 'mistral-small-latest' };
    const captured = await mistral(tellHttp().http).capture({ ...attempt, offer });
    expect(captured).toMatchObject({ endpoint: common, body: { model: 'mistral-small-latest', stream: false } });
  });

  it('has lines of embeddings in a job of their own, as they would be sent by themselves', async () => {
    const attempt = embeddingAttempt('mistral/mistral-embed', 'Hé', 'Wé');
    const { offer } = attempt;
    const batches = mistral(tellHttp().http);
    expect(await batches.capture(attempt)).toEqual({
      ...{ endpoint: '/v1/embeddings mistral-embed', body: { model: 'mistral-embed', input: ['Hé', 'Wé'] } },
    });
    const taken = (['chat', 'embedding', 'moderation'] as const).filter((kind) => batches.takes({ ...offer, kind }));
    expect(taken).toEqual(['chat', 'embedding']);
  });

  it('is sent as a file, a line for each request', async () => {
    const { http, sent } = tellHttp({ body: { id: inputFile } });
    const line = { customId: 'req_1-1', body: { messages: [{ role: 'user', content: 'Hé' }] } };
    const lines = linesOf(line, { ...line, customId: 'req_2-1' });
    expect(await mistral(http).upload?.({ ...input, lines })).toEqual({ file: inputFile });
    expect(sent[0]).toMatchObject({ method: 'POST', url: `${base}/files`, headers: { authorization: 'Bearer k' } });
    const [, purpose = '', file = ''] = sent[0]?.text.split(/--sluice-[0-9a-f-]+(?:--)?\r\n/) ?? [];
    expect(purpose).toContain('name="purpose"\r\n\r\nbatch\r\n');
    expect(file.slice(file.indexOf('\r\n\r\n') + 4, -2)).toBe(
      `${JSON.stringify({ custom_id: 'req_1-1', body: line.body })}\n${JSON.stringify({ custom_id: 'req_2-1', body: line.body })}\n`,
    );
  });

  it.skipIf(!specification)('is asked for as the API is specified', async () => {
    const { http, sent } = tellHttp({ body: job() });
    expect(await mistral(http).submit(input, { file: inputFile })).toEqual({ id: jobId });
    expect(sent[0]?.url).toBe(`${base}/batch/jobs`);
    const body = JSON.parse(sent[0]?.text ?? '') as JsonObject;
    expect(body).toEqual({
      ...{ input_files: [inputFile], endpoint: '/v1/chat/completions', model: 'mistral-small-latest' },
      ...{ metadata: { sluice_batch: 'vb_1' }, timeout_hours: 24 },
    });
    const isAsSpecified = specification?.validator('BatchJobIn');
    expect(isAsSpecified?.(body), JSON.stringify(isAsSpecified?.errors)).toBe(true);
    expect(specification?.validator('BatchJobOut')(job({ status: 'SUCCESS', output_file: outputFile }))).toBe(true);
  });

  it('is found by its metadata, on whichever page it is listed', async () => {
    const others = Array.from({ length: 100 }, () => job({ metadata: null }));
    const { http, sent } = tellHttp({ body: { data: others } }, { body: { data: [job()] } });
    expect(await mistral(http).find?.(sought, signal)).toEqual({ id: jobId });
    expect(sent.map(({ url }) => url)).toEqual(
      [0, 1].map((page) => `${base}/batch/jobs?page=${page}&page_size=100&order_by=-created`),
    );
    expect(
      await mistral(tellHttp({ body: { data: [job()] } }).http).find?.({ ...sought, key: 'vb_2' }, signal),
    ).toBeUndefined();
  });

  it.each([
    ['QUEUED', {}, { status: 'running' }],
    ['RUNNING', {}, { status: 'running' }],
    ['CANCELLATION_REQUESTED', { output_file: outputFile }, { status: 'running' }],
    ['SUCCESS', { output_file: outputFile, error_file: errorFile }, ended([outputFile, errorFile], 'vendor_error')],
    ['FAILED', { errors: [{ message: 'Wé', count: 2 }] }, ended([], 'vendor_error')],
    ['TIMEOUT_EXCEEDED', { output_file: outputFile }, ended([outputFile], 'timeout_total')],
    ['CANCELLED', {}, ended([], 'cancelled')],
  ])('is %s', (status, fields, expected) => {
    expect(fromMistralBatch(job({ ...fields, status }))).toEqual(expected);
  });

  it('is forgotten with its files, and so where they are gone already', async () => {
    const { http, sent } = tellHttp(
      {},
      { body: job({ status: 'SUCCESS', output_file: outputFile, error_file: errorFile }) },
      { status: 404 },
    );
    await mistral(http).remove({ batch: { id: jobId }, uploaded: { file: inputFile } }, signal);
    expect(sent.map(({ method, url }) => `${method} ${url.slice(base.length)}`)).toEqual([
      ...[`DELETE /files/${inputFile}`, `GET /batch/jobs/${jobId}`, `DELETE /files/${outputFile}`],
      ...[`DELETE /files/${errorFile}`, `DELETE /batch/jobs/${jobId}`],
    ]);
    const gone = tellHttp({ status: 404 });
    await mistral(gone.http).remove({ batch: { id: jobId } }, signal);
    expect(gone.sent.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
  });
});

describe("a line of Mistral's answers", () => {
  /** Of its page: https://docs.mistral.ai/studio-api/batch-processing. */
  const documented = {
    ...{ id: 'batch-cd0da3ab-1-377e2e82-7cbb-4f72-bc67-533512f70955', custom_id: '0' },
    response: {
      status_code: 200,
      body: {
        ...{ id: '85bcfa450e5643f2a2aed46472d97ffd', object: 'chat.completion', model: 'ministral-3b-latest' },
        ...{ usage: { prompt_tokens: 10, completion_tokens: 128, total_tokens: 138 }, created: 1_761_577_934 },
        choices: [
          {
            ...{ index: 0, finish_reason: 'length' },
            message: { role: 'assistant', content: 'Choosing the "best" French cheese …', tool_calls: null },
          },
        ],
      },
    },
    error: null,
  };

  it('is the answer to the request by itself', async () => {
    const { http, sent } = tellHttp({ body: `${JSON.stringify(documented)}\n` });
    const [read] = await listOf(mistral(http).results(outputFile, signal));
    expect(sent[0]?.url).toBe(`${base}/files/${outputFile}/content`);
    const answer = { status: 200, body: documented.response.body };
    expect(read).toEqual({ customId: '0', answer });
    const frames = await listOf(mistral(tellHttp().http).answering(answer).chat!(attemptOf({})));
    const events = frames.flatMap(({ events }) => events);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'text-delta', text: expect.stringMatching('cheese') }),
    );
    expect(events).toContainEqual(expect.objectContaining({ type: 'finish', reason: expect.anything() }));
  });

  it.skipIf(!specification)('has the vectors of a line of embeddings, and what they took', async () => {
    // The specification's own example of a vector, in an answer as its schema has it.
    const data = [{ object: 'embedding', embedding: [0.1, 0.2, 0.3], index: 0 }];
    const usage = { prompt_tokens: 16, completion_tokens: 0, total_tokens: 16 };
    const body = { id: 'emb-1', object: 'list', data, model: 'mistral-embed', usage };
    const isAsSpecified = specification?.validator('EmbeddingResponse');
    expect(isAsSpecified?.(body), JSON.stringify(isAsSpecified?.errors)).toBe(true);
    const { media } = mistral(tellHttp().http).answering({ status: 200, body });
    const frames = await listOf(media!.embedding!(embeddingAttempt('mistral/mistral-embed', 'Hé')));
    const events = frames.flatMap(({ events }) => events);
    expect(events).toContainEqual({ type: 'embedding', index: 0, values: [0.1, 0.2, 0.3] });
    expect(events).toContainEqual({ type: 'usage', usage: expect.objectContaining({ units: { input: 16 } }) });
  });

  it('is refused as by itself, or was not run', () => {
    const body = { message: 'No.', type: 'invalid_request_error' };
    expect(fromMistralBatchLine({ custom_id: '0', response: { status_code: 422, body }, error: null })).toEqual({
      ...{ customId: '0', answer: { status: 422, body } },
    });
    expect(fromMistralBatchLine({ custom_id: '0', response: null, error: { message: 'No.' } })).toEqual({
      ...{ customId: '0', failure: { class: 'vendor_error' } },
    });
    expect(() => fromMistralBatchLine({ response: null })).toThrow('bad_response');
  });
});

function ended(results: readonly string[], missing: string): JsonObject {
  return { status: 'ended', results: [...results], missing: { class: missing } };
}
