import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { sweepBatches } from '../../activities/batches/sweep-batches.js';
import { bareEnvironment } from '../../infra/runtime/config.js';
import { type Answer, type AskOptions, openaiModel, type Parsed, says, useWorld } from '../gateway/world.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { createTestFolder } from '../support/services.js';
import { createOrganization } from '../support/organization.js';
import { until } from '../chaos/until.js';
import { chat, createBatchTools, lineOf } from './batch-world.js';

// OpenAI's batches: what comes of each line, of what is no line, and of a batch that ends before its lines do.

const world = useWorld({ env: { SLUICE_BATCH_MAX_LINES: '40', SLUICE_BATCH_LINES_AT_ONCE: '4' } });
const batches = createBatchTools(world);
const held: Behaviour = { behaviour: 'hold', afterBytes: 'headers' };
const codeOf = ({ status, body }: Answer) => [status, body.error?.code, body.error?.param];
const idsOf = (lines: readonly Parsed[]): readonly string[] => lines.map(({ custom_id: id }) => id);
const jobsOf = async (batchId: string, options?: AskOptions): Promise<readonly Parsed[]> =>
  (await world.get(`/v1/jobs?batch_id=${batchId}&order=asc`, options)).body.data;
/** A line that the fake vendor behaves so for. */
const openaiLine = (name: string, behaviour?: Behaviour): object =>
  lineOf(name, { model: openaiModel, max_tokens: 50, messages: says(`Hello ${name}`, behaviour) });

describe('a batch', () => {
  it('answers each line as the request that it is, in their order, and tells what all of them cost', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `line-${index}`);
    const lines = names.map((name) => openaiLine(name));
    const made = await batches.create(lines, { metadata: { job: 'nightly' } });
    expect(made).toMatchObject({
      ...{
        object: 'batch',
        status: 'validating',
        endpoint: chat,
        completion_window: '24h',
        metadata: { job: 'nightly' },
      },
      ...{ errors: null, output_file_id: null, error_file_id: null, cost_usd: null },
    });
    expect(made.expires_at - made.created_at).toBe(86_400);
    const over = await batches.ended(made.id);
    const counts = { total: 6, completed: 6, failed: 0 };
    expect(over).toMatchObject({ status: 'completed', request_counts: counts, error_file_id: null });
    expect(over.in_progress_at).toBeLessThanOrEqual(over.finalizing_at);
    expect(over.finalizing_at).toBeLessThanOrEqual(over.completed_at);
    const written = await batches.linesOf(over.output_file_id);
    expect(idsOf(written)).toEqual(names);
    expect(written[0]).toMatchObject({
      error: null,
      response: { status_code: 200, body: { object: 'chat.completion' } },
    });
    expect(new Set(written.map(({ id }) => id)).size).toBe(6);
    // Each is a job with a request, a price and a result of its own, found by the id that its line tells.
    const jobs = await jobsOf(made.id);
    expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set(written.map(({ response }) => response.request_id)));
    expect(jobs.every(({ priority, status }) => priority === 5 && status === 'succeeded')).toBe(true);
    const result = await world.get(`/v1/jobs/${written[0]?.response.request_id}/result`);
    expect(result.body).toEqual(written[0]?.response.body);
    const cost = jobs.reduce((sum, { cost_usd: usd }) => sum + Number(usd), 0);
    expect(Number(over.cost_usd)).toBeCloseTo(cost, 9);
    expect(over.usage.total_tokens).toBe(over.usage.input_tokens + over.usage.output_tokens);
    expect(over.usage.output_tokens).toBeGreaterThan(0);
    expect(await world.vendor.log()).toHaveLength(6);
    // The list of jobs is of those that were asked for one by one.
    expect((await world.get('/v1/jobs')).body.data.filter((job: Parsed) => job.batch_id === made.id)).toEqual([]);
    // The file is one of the project's, and ends when it is said to.
    const file = (await world.get(`/v1/files/${over.output_file_id}`)).body;
    expect(file).toMatchObject({ purpose: 'batch_output', filename: `${made.id}_output.jsonl` });
    // Each is a moment of its own, in whole seconds.
    expect(Math.abs(file.expires_at - file.created_at - 30 * 86_400)).toBeLessThanOrEqual(1);
    const told = await world.rows<{ type: string }>(
      `SELECT type FROM requests.outbox WHERE payload->>'id' = $1 OR request_id = ANY ($2)`,
      [made.id, jobs.map(({ id }) => id)],
    );
    expect(told).toEqual([{ type: 'batch.completed' }]);
  }, 120_000);

  it('goes on behind lines that are broken or refused, and names each in the error file', async () => {
    const over = await batches.ended(
      (
        await batches.create([
          lineOf('good'),
          '{"custom_id": "cut", "method": "POST"',
          lineOf('unknown-model', { model: 'nobody/knows-it' }),
          '',
          { custom_id: 'no-body', method: 'POST', url: chat },
          '[1, 2]',
          lineOf('streams', { stream: true }),
          openaiLine('fails', { behaviour: 'bad-request' }),
          { method: 'POST', url: chat, body: {} },
        ])
      ).id,
    );
    expect(over).toMatchObject({ status: 'completed', request_counts: { total: 8, completed: 1, failed: 7 } });
    expect(idsOf(await batches.linesOf(over.output_file_id))).toEqual(['good']);
    const errors = await batches.linesOf(over.error_file_id);
    const told = errors.map(({ custom_id: id, response, error }) => [
      id,
      error?.code ?? response.body.error.code,
      error?.line ?? response.status_code,
    ]);
    expect(told).toEqual([
      [null, 'invalid_json_line', 2],
      ['unknown-model', 'model_not_found', 404],
      ['no-body', 'missing_body', 5],
      [null, 'invalid_line', 6],
      ['streams', 'stream_not_supported', 7],
      ['fails', expect.any(String), 400],
      [null, 'missing_custom_id', 9],
    ]);
    expect(errors[0]?.error.message).toBe('Line 2 of the input is not valid JSON in UTF-8.');
  });

  it.each([
    ['a custom_id twice', [lineOf('a'), lineOf('b'), lineOf('a')], 'duplicate_custom_id', 3],
    ['another method', [lineOf('a'), { ...lineOf('b'), method: 'GET' }], 'invalid_method', 2],
    ['another endpoint', [{ ...lineOf('a'), url: '/v1/embeddings' }, lineOf('b')], 'invalid_url', 1],
    ['no request at all', ['name,age', 'Ada,36'], 'invalid_json_line', 1],
    ['blank lines alone', ['', ' ', ''], 'empty_file', null],
    ['too many lines', Array.from({ length: 41 }, (_, index) => lineOf(`${index}`)), 'too_many_requests', null],
  ])('of an input with %s fails as a whole, and runs nothing', async (_, lines, code, line) => {
    const over = await batches.ended((await batches.create(lines)).id);
    expect(over).toMatchObject({ status: 'failed', output_file_id: null, error_file_id: null, cost_usd: '0' });
    expect(over.errors.data[0]).toMatchObject({ code, line, message: expect.any(String) });
    expect(over.failed_at).not.toBeNull();
    expect(await jobsOf(over.id)).toEqual([]);
  });

  it('is of any endpoint that answers with JSON, and its file may go meanwhile', async () => {
    const line = {
      custom_id: 'e',
      method: 'POST',
      url: '/v1/embeddings',
      body: { model: 'sandbox/embedding', input: 'Hi' },
    };
    const made = await batches.create([line], { endpoint: '/v1/embeddings' });
    await until('its start', async () =>
      (await batches.read(made.id)).in_progress_at === null ? { pending: 'none' } : true,
    );
    await world.delete(`/v1/files/${made.input_file_id}`);
    const over = await batches.ended(made.id);
    expect((await batches.linesOf(over.output_file_id))[0]?.response.body).toMatchObject({ object: 'list' });
  });

  it('is the same batch for the same key, and no other body', async () => {
    const options = { headers: { 'idempotency-key': 'batches-of-one-key' } };
    const asked = { input_file_id: await batches.upload([lineOf('a')]), endpoint: chat, completion_window: '24h' };
    const first = await world.post('/v1/batches', asked, options);
    const again = await world.post('/v1/batches', asked, options);
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    const other = await world.post('/v1/batches', { ...asked, completion_window: '1h' }, options);
    expect(codeOf(other).slice(0, 2)).toEqual([422, 'idempotency_key_reused']);
    await batches.ended(first.body.id);
    expect(await jobsOf(first.body.id)).toHaveLength(1);
    // Its input is not needed any more, neither by the batch nor by whoever asks for it once more.
    await world.delete(`/v1/files/${asked.input_file_id}`);
    const late = await world.post('/v1/batches', asked, options);
    expect([late.status, late.body.id]).toEqual([200, first.body.id]);
    expect(codeOf(await world.post('/v1/batches', asked)).slice(0, 2)).toEqual([404, 'file_not_found']);
  });
});

describe('a batch that ends before its lines', () => {
  it('on being cancelled writes what is done, stops what runs, and begins nothing more', async () => {
    const lines = [
      openaiLine('done'),
      ...['h1', 'h2', 'h3', 'h4'].map((name) => openaiLine(name, held)),
      lineOf('late'),
    ];
    const made = await batches.create(lines);
    await world.vendor.waitForHeld(4);
    await until('the first', async () =>
      (await batches.read(made.id)).request_counts.completed === 1 ? true : { pending: 'it runs' },
    );
    // Its room is taken up by those that are held, so that the last one waits.
    const asked = await world.post(`/v1/batches/${made.id}/cancel`, undefined);
    expect([asked.status, asked.body.status]).toEqual([200, 'cancelling']);
    const over = await batches.ended(made.id);
    expect(over).toMatchObject({ status: 'cancelled', request_counts: { total: 6, completed: 1, failed: 5 } });
    expect(over.cancelled_at).toBeGreaterThanOrEqual(over.cancelling_at);
    expect(idsOf(await batches.linesOf(over.output_file_id))).toEqual(['done']);
    const errors = await batches.linesOf(over.error_file_id);
    expect(idsOf(errors)).toEqual(['h1', 'h2', 'h3', 'h4', 'late']);
    expect(new Set(errors.map(({ error }) => error.code))).toEqual(new Set(['batch_cancelled']));
    expect((await jobsOf(made.id)).filter(({ status }) => status === 'canceled')).toHaveLength(4);
    const again = await world.post(`/v1/batches/${made.id}/cancel`, undefined);
    expect([again.status, again.body]).toEqual([200, over]);
  });

  it('at the end of its window tells which lines were not executed', async () => {
    const lines = [
      openaiLine('done'),
      ...['h1', 'h2', 'h3', 'h4'].map((name) => openaiLine(name, held)),
      lineOf('late'),
    ];
    const made = await batches.create(lines, { completion_window: '6s' });
    const over = await batches.ended(made.id);
    expect(over).toMatchObject({ status: 'expired', request_counts: { total: 6, completed: 1, failed: 5 } });
    const errors = await batches.linesOf(over.error_file_id);
    expect(errors.map(({ custom_id: id, error }) => [id, error.code])).toEqual(
      ['h1', 'h2', 'h3', 'h4', 'late'].map((id) => [id, 'batch_expired']),
    );
  });

  it('with its key fails the lines that are left, by what the key was refused with', async () => {
    const { id: projectId } = await world.createProject();
    const keys = `/v1/organization/projects/${projectId}/api_keys`;
    const admin = { apiKey: world.gateway.adminKey };
    const [own, other] = await Promise.all([1, 2].map(() => world.post(keys, { name: 'tested' }, admin)));
    const [options, still] = [{ apiKey: own?.body.value }, { apiKey: other?.body.value }];
    const names = ['h1', 'h2', 'h3', 'h4'];
    const lines = [...names.map((name) => openaiLine(name, held)), ...['l1', 'l2', 'l3'].map((name) => lineOf(name))];
    const made = await batches.create(lines, {}, options);
    await world.vendor.waitForHeld(4);
    expect((await world.delete(`${keys}/${own?.body.id}`, admin)).status).toBe(200);
    await world.vendor.release('all');
    const over = await batches.ended(made.id, still);
    expect(over).toMatchObject({ status: 'completed', request_counts: { total: 7, completed: 4, failed: 3 } });
    const errors = await batches.linesOf(over.error_file_id, still);
    expect(errors.map(({ custom_id: id, response }) => [id, response.status_code, response.body.error.code])).toEqual(
      ['l1', 'l2', 'l3'].map((id) => [id, 401, 'revoked_api_key']),
    );
  });
});

describe('a rate limit', () => {
  it('makes a batch wait, and fails none of its lines', async () => {
    const project = await world.createProject();
    const options = { apiKey: project.apiKey };
    const limit = { scope: { type: 'project', id: project.id }, unit: 'concurrent_requests', amount: 2 };
    const set = await world.post('/v1/organization/limits', limit, { apiKey: world.gateway.adminKey });
    expect(set.status, JSON.stringify(set.body)).toBe(200);
    const lines = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => openaiLine(name, held));
    const made = await batches.create(lines, {}, options);
    await world.vendor.waitForHeld(2);
    // The third is refused for the limit, and comes again; had it failed, the batch would count it.
    expect((await batches.read(made.id, options)).request_counts).toEqual({ total: 6, completed: 0, failed: 0 });
    for (let count = 2; count <= 6; count += 2) {
      await world.vendor.waitForHeld(2);
      expect(await world.vendor.log()).toHaveLength(count);
      await world.vendor.release('all');
    }
    const over = await batches.ended(made.id, options);
    expect(over).toMatchObject({ status: 'completed', request_counts: { total: 6, completed: 6, failed: 0 } });
  });
});

describe('what is not there, or not allowed', () => {
  let stranger: AskOptions;
  beforeAll(async () => {
    stranger = { apiKey: (await createOrganization(world.database, world.gateway)).apiKey };
  });

  it('is unknown alike: of nobody, of another project, and of another organisation', async () => {
    const made = await batches.create([lineOf('a')]);
    const other = { apiKey: (await world.createProject()).apiKey };
    for (const options of [other, stranger]) {
      expect(codeOf(await world.get(`/v1/batches/${made.id}`, options))).toEqual([404, 'batch_not_found', null]);
      const cancelled = await world.post(`/v1/batches/${made.id}/cancel`, undefined, options);
      expect(codeOf(cancelled)).toEqual([404, 'batch_not_found', null]);
      expect((await world.get('/v1/batches', options)).body.data).toEqual([]);
      const asked = { input_file_id: made.input_file_id, endpoint: chat, completion_window: '24h' };
      expect(codeOf(await world.post('/v1/batches', asked, options))).toEqual([404, 'file_not_found', 'input_file_id']);
    }
    expect((await world.get('/v1/batches/nothing')).status).toBe(404);
    await batches.ended(made.id);
  });

  it.each([
    [{ endpoint: '/v1/audio/speech' }, 'endpoint'],
    [{ completion_window: 'soon' }, 'completion_window'],
    [{ completion_window: '169h' }, 'completion_window'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
    [{ output_expires_after: { anchor: 'created_at', seconds: 1 } }, 'output_expires_after.seconds'],
    [{ more: 1 }, 'more'],
  ])('%j is refused by its name', async (fields, param) => {
    const asked = { input_file_id: 'file-1', endpoint: chat, completion_window: '24h', ...fields };
    expect(codeOf(await world.post('/v1/batches', asked)).slice(2)).toEqual([param]);
  });

  it('says what a file must be for, and which projects have no batches', async () => {
    const asked = { endpoint: chat, completion_window: '24h' };
    const file = await batches.upload([lineOf('a')], {}, 'user_data');
    const refused = await world.post('/v1/batches', { ...asked, input_file_id: file });
    expect(codeOf(refused)).toEqual([400, 'invalid_request', 'input_file_id']);
    const { apiKey } = await world.createProject({ answer_hold_ms: 0 });
    const unkept = await world.post('/v1/batches', { ...asked, input_file_id: file }, { apiKey });
    expect(codeOf(unkept).slice(0, 2)).toEqual([403, 'job_not_kept']);
  });
});

describe('a batch whose time is over', () => {
  it('is forgotten, and no other is', async () => {
    const [gone, stays] = [await batches.create([lineOf('a')]), await batches.create([lineOf('a')])];
    for (const { id } of [gone, stays]) await batches.ended(id);
    const past = `UPDATE jobs.batches SET forget_at = now() - interval '1 second' WHERE id = $1 RETURNING id`;
    await world.rows(past, [gone.id]);
    // The gateway's own sweeper may have been here first.
    await sweepBatches({
      database: world.database,
      starter: { start: () => Promise.resolve() },
      onError: (error) => {
        throw error;
      },
    });
    expect((await world.get(`/v1/batches/${gone.id}`)).status).toBe(404);
    expect((await world.get(`/v1/batches/${stays.id}`)).status).toBe(200);
  });
});

describe('docs/batches.md', () => {
  it('has lines for a shell that run a batch over the sandbox', async () => {
    const page = await readFile(new URL('../../docs/batches.md', import.meta.url), 'utf8');
    const [, script = ''] = /```sh\n(.*?)```/s.exec(page) ?? [];
    const cwd = await createTestFolder();
    const env = { ...bareEnvironment(), SLUICE_API_KEY: world.gateway.apiKey };
    const lines = script.replaceAll('http://127.0.0.1:8787', world.gateway.origin);
    const { stdout } = await promisify(execFile)('sh', ['-c', lines], { cwd, env, timeout: 60_000 });
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line): Parsed => JSON.parse(line));
    expect(answers.map(({ custom_id: id, response }) => [id, response.status_code])).toEqual([
      ['one', 200],
      ['two', 200],
    ]);
  }, 70_000);
});

describe('the list', () => {
  it('is the project’s, newest first, page by page', async () => {
    const options = { apiKey: (await world.createProject()).apiKey };
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push((await batches.create([lineOf(name)], {}, options)).id);
    const page = (await world.get('/v1/batches?limit=2', options)).body;
    expect([page.data.map(({ id }: Parsed) => id), page.has_more]).toEqual([[ids[2], ids[1]], true]);
    const next = (await world.get(`/v1/batches?limit=2&after=${page.last_id}`, options)).body;
    expect([next.data.map(({ id }: Parsed) => id), next.has_more]).toEqual([[ids[0]], false]);
    expect(codeOf(await world.get('/v1/batches?after=batch_x', options))).toEqual([400, 'invalid_request', 'after']);
    for (const id of ids) await batches.ended(id, options);
  });
});
