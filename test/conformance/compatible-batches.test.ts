import { describe, expect, it } from 'vitest';
import type { VendorHttp } from '../../activities/providers/http.js';
import { TEST_OFFER, testAttempt, testCall } from '../../activities/providers/openai/responses/test-attempt.js';
import type { VendorBatches } from '../../activities/providers/port.js';
import { createProvider } from '../../activities/providers/registry.js';
import { fromXaiBatch, fromXaiResult } from '../../activities/providers/xai/batches/from-xai-batch.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { fieldsOf, linesOf, listOf, sought, stubHttp } from './batches-http.js';

// Batches of vendors of OpenAI's chat dialect, as their guides and clients have them: Groq's
// (https://console.groq.com/docs/batch, https://github.com/groq/groq-python) are OpenAI's, xAI's
// (https://docs.x.ai/developers/advanced-api-usage/batch-api, https://github.com/xai-org/xai-sdk-python) are its own.

const signal = new AbortController().signal;
const input = { key: 'vb_1', endpoint: '/v1/chat/completions', signal };

function batchesOf(vendor: string, baseUrl: string, http: VendorHttp): VendorBatches {
  const account = { kind: 'api_key', settings: {}, secret: { api_key: 'key-1' }, baseUrl } as const;
  const batches = createProvider(vendor, account, http)?.batches;
  if (!batches) throw new Error(`${vendor} has no batches`);
  return batches;
}

const asked = (vendor: string, vendorModel: string, body: JsonObject = {}) => {
  const offer = { ...TEST_OFFER, id: `${vendor}/${vendorModel}`, vendor, vendorModel };
  return testAttempt(testCall({}, 'openai-chat', { messages: [], ...body }), { offer });
};

describe.each([
  ['cerebras', 'https://api.cerebras.ai/v1'],
  ['groq', 'https://api.groq.com/openai/v1'],
  ['moonshot', 'https://api.moonshot.ai/v1'],
  ['alibaba', 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1'],
])('Batches of %s', (vendor, root) => {
  it('are handed in as those of OpenAI, without a word on how long files are kept', async () => {
    const { http, sent } = stubHttp({ id: 'file_1', status: 'uploaded' }, { id: 'batch_1' });
    const batches = batchesOf(vendor, root, http);
    expect(await batches.capture(asked(vendor, 'm'))).toMatchObject({
      ...{ endpoint: '/v1/chat/completions', model: 'm' },
    });
    const lines = linesOf({ customId: 'req_1-1', body: { model: 'm' } });
    const uploaded = await batches.upload?.({ ...input, lines });
    expect(await batches.submit({ ...input, lines: linesOf() }, uploaded)).toEqual({ id: 'batch_1' });
    expect(sent.map(({ url }) => url)).toEqual([`${root}/files`, `${root}/batches`]);
    expect(Object.keys(fieldsOf(sent[0]))).toEqual(['purpose', 'file']);
    expect(JSON.parse(sent[1]?.text ?? '')).toEqual({
      ...{ input_file_id: 'file_1', endpoint: '/v1/chat/completions', completion_window: '24h' },
      metadata: { sluice_batch: 'vb_1' },
    });
  });
});

describe("Groq's answers", () => {
  it('are read from lines as its cookbook shows them', async () => {
    const body = { id: 'chatcmpl-1', object: 'chat.completion', model: 'llama-3.1-8b-instant', choices: [] };
    const shown = {
      ...{ id: 'batch_req_out_01', custom_id: 'req_1-1', error: null },
      response: { status_code: 200, request_id: 'req_01', body },
    };
    const { http } = stubHttp(JSON.stringify(shown));
    const read = [];
    for await (const one of batchesOf('groq', 'https://api.groq.com/openai/v1', http).results('f', signal))
      read.push(one);
    expect(read).toEqual([{ customId: 'req_1-1', answer: { status: 200, requestId: 'req_01', body } }]);
  });
});

describe("Alibaba's batches", () => {
  const root = 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1';
  const { http } = stubHttp({});
  const batches = batchesOf('alibaba', root, http);
  const { offer } = asked('alibaba', 'qwen3.7-plus');

  it.each([
    [true, 'qwen-plus', root],
    [true, 'qwen3.7-plus', 'https://llm-1.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1'],
    [true, 'qwen-max', 'https://proxy.example.com/v1'],
    // Of other regions, and of models that have none there.
    [false, 'qwen-plus', 'https://dashscope.aliyuncs.com/compatible-mode/v1'],
    [false, 'qwen-plus', 'https://llm-1.cn-beijing.maas.aliyuncs.com/compatible-mode/v1'],
    [false, 'qwen-turbo', root],
    [false, 'qwen3-max', root],
  ])('are %s of %s at %s', (takes, vendorModel, baseUrl) => {
    expect(batchesOf('alibaba', baseUrl, http).takes({ ...offer, vendorModel })).toBe(takes);
    expect(batchesOf('alibaba', baseUrl, http).takes({ ...offer, vendorModel, kind: 'embedding' })).toBe(false);
  });

  it('are of one thinking mode', async () => {
    const modelOf = async (body: JsonObject): Promise<string | undefined> =>
      (await batches.capture(asked('alibaba', 'qwen-flash', body))).model;
    expect(await modelOf({})).toBe('qwen-flash');
    expect(await modelOf({ enable_thinking: true })).toBe('qwen-flash enable_thinking=true');
    expect(await modelOf({ enable_thinking: false })).toBe('qwen-flash enable_thinking=false');
  });

  it.each([
    ['no line of more than 6 MB', 'qwen-flash', 5_990_000, 6_000_000],
    ['no more tokens than the model takes there', 'qwen3.7-plus', 200_000, 256_000],
  ])('have %s', async (_, vendorModel, fits, tooLong) => {
    const long = (length: number) =>
      asked('alibaba', vendorModel, { messages: [{ role: 'user', content: 'a'.repeat(length) }] });
    await expect(batches.capture(long(fits))).resolves.toBeDefined();
    await expect(batches.capture(long(tooLong))).rejects.toMatchObject({ failure: { class: 'model_not_found' } });
  });

  it('are read as the guide shows them', async () => {
    const body = { id: 'chatcmpl-c308ef7f', object: 'chat.completion', model: 'qwen-plus', choices: [] };
    const shown = {
      ...{ id: 'c308ef7f-xxx', custom_id: '1', error: null },
      response: { status_code: 200, request_id: 'c308ef7f-0824', body },
    };
    const read = batchesOf('alibaba', root, stubHttp(JSON.stringify(shown)).http).results(
      'file-batch_output-1',
      signal,
    );
    expect(await listOf(read)).toEqual([{ customId: '1', answer: { status: 200, requestId: 'c308ef7f-0824', body } }]);
    const completed = {
      ...{ id: 'batch_abc123', object: 'batch', status: 'completed', errors: null },
      ...{ output_file_id: 'file-batch_output-xyz789', error_file_id: 'file-batch_error-xyz789' },
    };
    const state = await batchesOf('alibaba', root, stubHttp(completed).http).check({ id: 'batch_abc123' }, signal);
    expect(state).toMatchObject({ results: ['file-batch_output-xyz789', 'file-batch_error-xyz789'] });
  });
});

// https://docs.together.ai/docs/inference/batch/tutorial, …/manage, and https://github.com/togethercomputer/together-typescript.
describe("Together's batches", () => {
  const root = 'https://api.together.ai/v1';
  const job = (fields: object = {}) => ({
    ...{ id: 'job-1', status: 'VALIDATING', endpoint: '/v1/chat/completions', input_file_id: 'file-1', progress: 0 },
    ...fields,
  });

  it('are made of a file of lines without an address, and shown within a job', async () => {
    const { http, sent } = stubHttp({ id: 'file-1', object: 'file', purpose: 'batch-api' }, { job: job() });
    const batches = batchesOf('together', root, http);
    const { endpoint, body, model } = await batches.capture(
      asked('together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'),
    );
    expect(model).toBe('meta-llama/Llama-3.3-70B-Instruct-Turbo');
    const uploaded = await batches.upload?.({ ...input, endpoint, lines: linesOf({ customId: 'req_1-1', body }) });
    expect(await batches.submit({ ...input, endpoint, lines: linesOf() }, uploaded)).toEqual({ id: 'job-1' });
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      ...[`POST ${root}/files/upload`, `POST ${root}/batches`],
    ]);
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual(['Bearer key-1', 'Bearer key-1']);
    const { file, ...fields } = fieldsOf(sent[0]);
    expect(fields).toEqual({ purpose: 'batch-api', file_name: 'batch.jsonl' });
    const { stream: _, ...request } = body;
    expect(JSON.parse(file ?? '')).toEqual({ custom_id: 'req_1-1', body: request });
    expect(JSON.parse(sent[1]?.text ?? '')).toEqual({
      ...{ input_file_id: 'file-1', endpoint: '/v1/chat/completions', completion_window: '24h' },
    });
  });

  it('are found by their file among all there are', async () => {
    const own = { ...sought, uploaded: { input_file_id: 'file-2' } };
    const { http, sent } = stubHttp([job(), job({ id: 'job-2', input_file_id: 'file-2' })]);
    expect(await batchesOf('together', root, http).find?.(own, signal)).toEqual({ id: 'job-2' });
    expect(sent[0]?.url).toBe(`${root}/batches`);
    expect(await batchesOf('together', root, stubHttp([job()]).http).find?.(own, signal)).toBeUndefined();
    const unnamed = stubHttp([{ id: 'job-3', status: 'FAILED' }]).http;
    expect(await batchesOf('together', root, unnamed).find?.(sought, signal)).toBeUndefined();
    const found = batchesOf('together', root, stubHttp({ data: [] }).http).find?.(own, signal);
    await expect(found).rejects.toMatchObject({ failure: { class: 'bad_response' } });
  });

  it.each([
    ['VALIDATING', { status: 'running' }],
    ['IN_PROGRESS', { status: 'running' }],
    // Among the states of https://github.com/togethercomputer/together-python alone.
    ['CANCELING', { status: 'running' }],
    ['COMPLETED', { status: 'ended', results: ['file-o', 'file-e'], missing: { class: 'vendor_error' } }],
    ['FAILED', { status: 'ended', missing: { class: 'vendor_error' } }],
    ['EXPIRED', { status: 'ended', missing: { class: 'timeout_total' } }],
    ['CANCELLED', { status: 'ended', missing: { class: 'cancelled' } }],
  ])('that are %s', async (status, state) => {
    const { http } = stubHttp(job({ status, output_file_id: 'file-o', error_file_id: 'file-e' }));
    expect(await batchesOf('together', root, http).check({ id: 'job-1' }, signal)).toMatchObject(state);
  });

  it('are read by their lines, of which one with an error says nothing of the request', async () => {
    const answered = {
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello!' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
    };
    const lines = [
      { custom_id: 'request-1', response: { status_code: 200, body: answered } },
      { custom_id: 'req-5', error: { message: 'Request timeout', code: 'timeout' } },
    ].map((line) => JSON.stringify(line));
    const batches = batchesOf('together', root, stubHttp(lines.join('\n')).http);
    expect(await listOf(batches.results('file-o', signal))).toEqual([
      { customId: 'request-1', answer: { status: 200, body: answered } },
      { customId: 'req-5', failure: { class: 'vendor_error' } },
    ]);
    const frames = await listOf(batches.answering({ status: 200, body: answered }).chat!(asked('together', 'm')));
    expect(frames.flatMap(({ events }) => events)).toContainEqual(
      expect.objectContaining({ usage: expect.objectContaining({ units: { input: 12, output: 3 } }) }),
    );
  });

  it('have no line of more than 10 MB', async () => {
    const batches = batchesOf('together', root, stubHttp({}).http);
    const long = (length: number) =>
      batches.capture(asked('together', 'm', { messages: [{ role: 'user', content: 'a'.repeat(length) }] }));
    await expect(long(9_990_000)).resolves.toBeDefined();
    await expect(long(10_000_000)).rejects.toMatchObject({ failure: { class: 'model_not_found' } });
  });

  it('are forgotten with their files', async () => {
    const ended = job({ status: 'COMPLETED', output_file_id: 'file-o' });
    const { http, sent } = stubHttp({}, ended, {});
    const batches = batchesOf('together', root, http);
    await batches.cancel({ id: 'job-1' }, signal);
    await batches.remove({ batch: { id: 'job-1' }, uploaded: { input_file_id: 'file-1' } }, signal);
    expect(sent.map(({ method, url }) => `${method} ${url.slice(root.length)}`)).toEqual([
      ...['POST /batches/job-1/cancel', 'GET /batches/job-1', 'DELETE /files/file-1', 'DELETE /files/file-o'],
    ]);
  });
});

describe("xAI's batches", () => {
  const root = 'https://api.x.ai/v1';
  const shown = (name: string, fields: object = {}) => ({
    batch_id: `batch_${name}`,
    name,
    cancel_time: null,
    ...fields,
  });

  it('are made of a file in one call, under our key as their name', async () => {
    const { http, sent } = stubHttp({ id: 'file_1' }, shown('vb_1'));
    const batches = batchesOf('xai', root, http);
    const { body } = await batches.capture(asked('xai', 'grok-4.3'));
    const uploaded = await batches.upload?.({ ...input, lines: linesOf({ customId: 'req_1-1', body }) });
    expect(await batches.submit({ ...input, lines: linesOf() }, uploaded)).toEqual({ id: 'batch_vb_1' });
    expect(sent.map(({ url }) => url)).toEqual([`${root}/files`, `${root}/batches`]);
    expect(JSON.parse(fieldsOf(sent[0])['file'] ?? '')).toMatchObject({
      ...{ custom_id: 'req_1-1', method: 'POST', url: '/v1/chat/completions' },
      body: { model: 'grok-4.3', messages: [] },
    });
    expect(fieldsOf(sent[0])['file']).not.toContain('"stream"');
    expect(JSON.parse(sent[1]?.text ?? '')).toEqual({ name: 'vb_1', input_file_id: 'file_1' });
  });

  it('are found by their name on any of the first pages', async () => {
    const { http, sent } = stubHttp(
      { batches: [shown('other')], pagination_token: 'next/1' },
      { batches: [shown('vb_1')], pagination_token: '' },
    );
    expect(await batchesOf('xai', root, http).find?.(sought, signal)).toEqual({ id: 'batch_vb_1' });
    expect(sent[1]?.url).toBe(`${root}/batches?limit=100&pagination_token=next%2F1`);
    expect(await batchesOf('xai', root, stubHttp({ batches: [] }).http).find?.(sought, signal)).toBeUndefined();
  });

  it.each([
    ['whose file is being read', { num_requests: 0, num_pending: 0 }, {}, { status: 'running' }],
    ['that runs', { num_requests: '2', num_pending: '1' }, {}, { status: 'running' }],
    ['that is done', { num_requests: 2, num_pending: 0 }, {}, { missing: { class: 'vendor_error' } }],
    ['that somebody stops', { num_requests: 2, num_pending: 1 }, { cancel_time: '2026-11-26' }, { status: 'running' }],
    ['that was stopped', { num_requests: 2 }, { cancel_time: '2026-11-26' }, { missing: { class: 'cancelled' } }],
    [
      'that was refused',
      { num_requests: 0, num_pending: 0 },
      { cancel_time: '2026-11-26', cancel_by_xai_message: 'The file is none.' },
      { status: 'ended', missing: { class: 'vendor_error' } },
    ],
  ])('stand by their counts: one %s', (_, state, fields, expected) => {
    expect(fromXaiBatch(shown('vb_1', { state, ...fields }))).toMatchObject(expected);
  });

  it.each([
    [{ response: { chat_get_completion: { id: 'c' } } }, { answer: { status: 200, body: { id: 'c' } } }],
    [{ error: { code: 3, message: 'No.' } }, { answer: { status: 400, body: { error: 'No.' } } }],
    [{ error: { code: 8, message: 'No.' } }, { answer: { status: 429, body: { error: 'No.' } } }],
    [{ error: { code: 13, message: 'No.' } }, { failure: { class: 'vendor_error' } }],
    [{ error: { code: 1, message: 'No.' } }, { failure: { class: 'cancelled' } }],
    [{}, { failure: { class: 'vendor_error' } }],
  ])('tell of a line %j', (result, read) => {
    expect(fromXaiResult({ batch_request_id: 'req_1-1', batch_result: result })).toEqual({
      customId: 'req_1-1',
      ...read,
    });
  });

  it('are read a page at a time, and forgotten but for what cannot be deleted', async () => {
    const result = (id: string) => ({ batch_request_id: id, batch_result: { error: { code: 13 } } });
    const { http, sent } = stubHttp({ results: [result('a-1')], pagination_token: 'p' }, { results: [result('b-1')] });
    const batches = batchesOf('xai', root, http);
    const read = [];
    for await (const { customId } of batches.results('batch_1', signal)) read.push(customId);
    expect(read).toEqual(['a-1', 'b-1']);
    await batches.cancel({ id: 'batch_1' }, signal);
    await batches.remove({ batch: { id: 'batch_1' }, uploaded: { input_file_id: 'file_1' } }, signal);
    expect(sent.map(({ method, url }) => `${method} ${url.slice(root.length)}`)).toEqual([
      ...['GET /batches/batch_1/results?limit=100', 'GET /batches/batch_1/results?limit=100&pagination_token=p'],
      ...['POST /batches/batch_1:cancel', 'DELETE /files/file_1'],
    ]);
  });
});
