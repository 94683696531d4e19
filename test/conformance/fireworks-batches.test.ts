import { describe, expect, it } from 'vitest';
import { createFireworksBatches } from '../../activities/providers/fireworks/batches/create-fireworks-batches.js';
import {
  fromFireworksJob,
  fromFireworksLine,
} from '../../activities/providers/fireworks/batches/from-fireworks-job.js';
import type { VendorHttp } from '../../activities/providers/http.js';
import type { VendorBatches } from '../../activities/providers/port.js';
import { createProvider } from '../../activities/providers/registry.js';
import { attemptOf } from '../../activities/providers/sandbox/test-attempt.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { fieldsOf, linesOf, listOf, sought, tellHttp, type Told } from './batches-http.js';

// Batches of Fireworks as its pages have them: what goes out, and how what comes back is read.

const base = 'https://api.fireworks.ai/v1/accounts/my-account';
const signal = new AbortController().signal;
const model = 'accounts/fireworks/models/llama-v3p1-8b-instruct';
const input = { key: 'vb_1', endpoint: model, count: 2, lines: linesOf(), signal };
const line = { customId: 'req_1-1', body: { messages: [{ role: 'user', content: 'Hé' }] } };
const there = { status: 409, body: { code: 6, message: 'already exists', details: [] } };
const ready = { body: { state: 'READY' } };

const account = (settings = { account_id: 'my-account' } as { readonly [field: string]: string }) =>
  ({ kind: 'api_key', settings, secret: { api_key: 'k' }, baseUrl: 'https://api.fireworks.ai/inference/v1/' }) as const;

function fireworks(http: VendorHttp): VendorBatches {
  const batches = createProvider('fireworks', account(), http)?.batches;
  if (!batches) throw new Error('Fireworks has no batches');
  return batches;
}

const asked = (sent: readonly { readonly method: string; readonly url: string }[]): readonly string[] =>
  sent.map(({ method, url }) => `${method} ${url.slice(base.length)}`);

/** https://docs.fireworks.ai/api-reference/get-batch-inference-job. */
const job = (fields: JsonObject = {}): JsonObject => ({
  ...{ name: 'accounts/my-account/batchInferenceJobs/sluice-vb-1', state: 'JOB_STATE_VALIDATING', model },
  ...{ status: { code: 'OK', message: '' }, createTime: '2026-08-30T03:48:56.029803417Z' },
  ...{ inputDatasetId: 'accounts/my-account/datasets/sluice-vb-1-in-1' },
  ...{ outputDatasetId: 'accounts/my-account/datasets/sluice-vb-1-out', jobProgress: null },
  ...fields,
});

describe('a batch at Fireworks', () => {
  it('is for conversations, where the account is named', () => {
    const batches = fireworks(tellHttp().http);
    expect([batches.takes({ kind: 'chat' } as never), batches.takes({ kind: 'embedding' } as never)]).toEqual([
      true,
      false,
    ]);
    expect(createProvider('fireworks', account({}), tellHttp().http)?.batches).toBeUndefined();
  });

  it('is of one model, which no line names again', async () => {
    const attempt = attemptOf({});
    const offer = { ...attempt.offer, vendor: 'fireworks', vendorModel: model };
    const { endpoint, body } = await fireworks(tellHttp().http).capture({ ...attempt, offer });
    expect(endpoint).toBe(model);
    expect(body).toEqual({ max_tokens: expect.any(Number) });
  });

  it('is sent as a dataset of so many lines, whose file is a line for each request', async () => {
    const { http, sent } = tellHttp({ body: { state: 'UPLOADING' } }, { body: { object: 'file' } }, ready);
    const lines = linesOf(line, { ...line, customId: 'req_2-1' });
    expect(await fireworks(http).upload?.({ ...input, lines })).toEqual({ dataset: 'sluice-vb-1-in-1' });
    const [made, file] = sent;
    expect(asked(sent)).toEqual([
      ...['POST /datasets', 'POST /datasets/sluice-vb-1-in-1:upload', 'GET /datasets/sluice-vb-1-in-1'],
    ]);
    expect(made?.headers['authorization']).toBe('Bearer k');
    expect(JSON.parse(made?.text ?? '')).toEqual({
      ...{ datasetId: 'sluice-vb-1-in-1', dataset: { userUploaded: {}, exampleCount: '2' } },
    });
    expect(fieldsOf(file)).toEqual({
      file: `${JSON.stringify({ custom_id: 'req_1-1', body: line.body })}\n${JSON.stringify({ custom_id: 'req_2-1', body: line.body })}\n`,
    });
  });

  it('waits until its dataset can be used', async () => {
    const { http, sent } = tellHttp(
      { body: {} },
      { body: {} },
      { body: { state: 'UPLOADING' } },
      { body: { state: 'UPLOADING' } },
      ready,
    );
    let waits = 0;
    const clock = { wait: () => Promise.resolve(void (waits += 1)), random: () => 0.5 };
    const providerBy = () => ({ id: 'fireworks' });
    const options = { apiKey: 'k', baseUrl: 'https://api.fireworks.ai/inference/v1', accountId: 'my-account' };
    const batches = createFireworksBatches({ ...options, http, providerBy, clock });
    await batches.upload?.({ ...input, lines: linesOf(line) });
    expect([waits, sent.length]).toEqual([2, 5]);
  });

  it('is sent into another dataset where an earlier one is there, which goes', async () => {
    const { http, sent } = tellHttp(there, {}, { body: {} }, { body: {} }, ready);
    expect(await fireworks(http).upload?.({ ...input, lines: linesOf(line) })).toEqual({ dataset: 'sluice-vb-1-in-2' });
    expect(asked(sent).slice(0, 4)).toEqual([
      ...['POST /datasets', 'DELETE /datasets/sluice-vb-1-in-1', 'POST /datasets'],
      'POST /datasets/sluice-vb-1-in-2:upload',
    ]);
  });

  it('leaves no dataset that nobody knows of', async () => {
    const { http, sent } = tellHttp({ body: {} }, { status: 500 }, { body: {} });
    await expect(fireworks(http).upload?.({ ...input, lines: linesOf(line) })).rejects.toThrow('vendor_error');
    expect(asked(sent).at(-1)).toBe('DELETE /datasets/sluice-vb-1-in-1');
  });

  it('is asked for by an id of ours, and for twelve hours', async () => {
    const { http, sent } = tellHttp({ body: job() });
    expect(await fireworks(http).submit(input, { dataset: 'sluice-vb-1-in-1' })).toEqual({ id: 'sluice-vb-1' });
    expect(asked(sent)).toEqual(['POST /batchInferenceJobs?batchInferenceJobId=sluice-vb-1']);
    expect(JSON.parse(sent[0]?.text ?? '')).toEqual({
      ...{ displayName: 'sluice-vb-1', model, maxJobDuration: '43200s' },
      inputDatasetId: 'accounts/my-account/datasets/sluice-vb-1-in-1',
      outputDatasetId: 'accounts/my-account/datasets/sluice-vb-1-out',
    });
  });

  it('that is there already is the same one, and one that is not is refused', async () => {
    const uploaded = { dataset: 'sluice-vb-1-in-1' };
    const taken = tellHttp(there, { body: job() });
    expect(await fireworks(taken.http).submit(input, uploaded)).toEqual({ id: 'sluice-vb-1' });
    expect(asked(taken.sent)[1]).toBe('GET /batchInferenceJobs/sluice-vb-1');
    await expect(fireworks(tellHttp(there, { status: 404 }).http).submit(input, uploaded)).rejects.toThrow();
    await expect(fireworks(tellHttp({ status: 400 }, { body: job() }).http).submit(input, uploaded)).rejects.toThrow();
  });

  it('is found by its id, and known not to be there', async () => {
    const { http, sent } = tellHttp({ body: job() });
    expect(await fireworks(http).find?.(sought, signal)).toEqual({ id: 'sluice-vb-1' });
    expect(asked(sent)).toEqual(['GET /batchInferenceJobs/sluice-vb-1']);
    expect(await fireworks(tellHttp({ status: 404 }).http).find?.(sought, signal)).toBeUndefined();
    await expect(fireworks(tellHttp({ status: 500 }).http).find?.(sought, signal)).rejects.toThrow('vendor_error');
  });

  it.each([
    ['JOB_STATE_VALIDATING', undefined],
    ['JOB_STATE_PENDING', undefined],
    ['JOB_STATE_WRITING_RESULTS', undefined],
    ['JOB_STATE_DELETING_CLEANING_UP', undefined],
    ['JOB_STATE_COMPLETED', { missing: { class: 'vendor_error' }, hasOutput: true }],
    ['JOB_STATE_FAILED', { missing: { class: 'vendor_error' }, hasOutput: false }],
    ['JOB_STATE_EXPIRED', { missing: { class: 'timeout_total' }, hasOutput: false }],
    ['JOB_STATE_CANCELLED', { missing: { class: 'cancelled' }, hasOutput: false }],
  ])('is %s', (state, ended) => {
    expect(fromFireworksJob(job({ state }))).toEqual(ended);
  });

  it('has answers where its dataset is, and for certain where it says so', async () => {
    const check = (...answers: readonly Told[]) =>
      fireworks(tellHttp(...answers).http).check({ id: 'sluice-vb-1' }, signal);
    const ended = (results: readonly string[], missing: string): JsonObject => ({
      ...{ status: 'ended', results: [...results], missing: { class: missing } },
    });
    expect(await check({ body: job() })).toEqual({ status: 'running' });
    expect(await check({ body: job({ state: 'JOB_STATE_FAILED' }) }, { status: 404 })).toEqual(
      ended([], 'vendor_error'),
    );
    expect(await check({ body: job({ state: 'JOB_STATE_EXPIRED' }) }, ready)).toEqual(
      ended(['sluice-vb-1-out'], 'timeout_total'),
    );
    // Whatever the dataset says: what is paid for is not left there.
    expect(await check({ body: job({ state: 'JOB_STATE_COMPLETED' }) }, { status: 404 })).toEqual(
      ended(['sluice-vb-1-out'], 'vendor_error'),
    );
    // Deleted, with what it had written by then.
    expect(await check({ status: 404 }, ready)).toEqual(ended(['sluice-vb-1-out'], 'cancelled'));
    expect(await check({ status: 404 }, { status: 404 })).toEqual(ended([], 'cancelled'));
  });

  it('is cancelled by being deleted, and so where it is gone already', async () => {
    const { http, sent } = tellHttp({ status: 404 });
    await fireworks(http).cancel({ id: 'sluice-vb-1' }, signal);
    expect(asked(sent)).toEqual(['DELETE /batchInferenceJobs/sluice-vb-1']);
  });

  it('is forgotten with both datasets, and so where they are gone already', async () => {
    const { http, sent } = tellHttp({ body: {} }, { status: 404 }, { body: {} });
    await fireworks(http).remove({ batch: { id: 'sluice-vb-1' }, uploaded: { dataset: 'sluice-vb-1-in-1' } }, signal);
    expect(asked(sent)).toEqual([
      ...['DELETE /datasets/sluice-vb-1-in-1', 'DELETE /datasets/sluice-vb-1-out'],
      'DELETE /batchInferenceJobs/sluice-vb-1',
    ]);
    const sentAhead = tellHttp({ body: {} });
    await fireworks(sentAhead.http).remove({ uploaded: { dataset: 'sluice-vb-1-in-1' } }, signal);
    expect(asked(sentAhead.sent)).toEqual(['DELETE /datasets/sluice-vb-1-in-1']);
  });
});

describe("a line of Fireworks' answers", () => {
  const documented = {
    custom_id: 'req-ok-2',
    response: {
      ...{ id: 'chatcmpl-cdf5', object: 'chat.completion', created: 1_788_062_136, model },
      choices: [{ index: 0, message: { role: 'assistant', content: '4' }, finish_reason: 'stop' }],
      usage: {
        ...{ prompt_tokens: 47, total_tokens: 49, completion_tokens: 2 },
        prompt_tokens_details: { cached_tokens: 29 },
      },
    },
  };
  const elsewhere = 'https://storage.googleapis.com/fireworks-artifacts/dataset/sluice-vb-1-out';
  const names = ['BIJOutputSet.jsonl', 'error-data'].map((name) => `dataset/sluice-vb-1-out/${name}`);
  const endpoints = Object.fromEntries(names.map((name) => [name, `${elsewhere}/${name}?X-Goog-Signature=s`]));

  it('is read where it lies, without a key, and by the way for addresses that a vendor names', async () => {
    const api = tellHttp({ body: { filenameToSignedUrls: endpoints } });
    const open = tellHttp({ body: `${JSON.stringify(documented)}\n` });
    const read = await listOf(fireworks({ ...api.http, elsewhere: open.http }).results('sluice-vb-1-out', signal));
    expect(read).toEqual([{ customId: 'req-ok-2', answer: { status: 200, body: documented.response } }]);
    expect(asked(api.sent)).toEqual(['GET /datasets/sluice-vb-1-out:getDownloadEndpoint']);
    expect(api.sent[0]?.text).toBe('');
    expect(open.sent.map(({ url }) => url)).toEqual([endpoints[names[0]!]]);
    expect(open.sent[0]?.headers).toEqual({ accept: '*/*' });
  });

  it('is asked for again where the file is not to be had', async () => {
    const api = tellHttp({ body: { filenameToSignedUrls: endpoints } });
    const open = tellHttp({ status: 403, body: '<Error><Code>ExpiredToken</Code></Error>' });
    const reading = listOf(fireworks({ ...api.http, elsewhere: open.http }).results('sluice-vb-1-out', signal));
    await expect(reading).rejects.toThrow();
    await expect(listOf(fireworks(tellHttp({ status: 404 }).http).results('gone', signal))).rejects.toThrow();
  });

  it('is the answer to the request by itself', async () => {
    const answer = { status: 200, body: documented.response };
    const frames = await listOf(fireworks(tellHttp().http).answering(answer).chat!(attemptOf({})));
    const events = frames.flatMap(({ events: all }) => all);
    expect(events).toContainEqual(expect.objectContaining({ type: 'text-delta', text: '4' }));
    expect(events).toContainEqual(expect.objectContaining({ type: 'finish', reason: expect.anything() }));
  });

  it('that is none leaves its line to be asked for by itself', () => {
    const failure = { class: 'vendor_error' };
    expect(fromFireworksLine({ custom_id: 'a', error: { message: 'No.' } })).toEqual({ customId: 'a', failure });
    expect(fromFireworksLine({ custom_id: 'a', response: { message: 'No.' } })).toEqual({ customId: 'a', failure });
    expect(() => fromFireworksLine({ response: documented.response })).toThrow('bad_response');
  });
});
