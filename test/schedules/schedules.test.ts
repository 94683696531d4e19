import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { type Answer, type AskOptions, openaiModel, type Parsed, says, useWorld } from '../gateway/world.js';
import { testTemporal } from '../support/services.js';

// POSTs that are made again and again, by Temporal's clock and by hand.

const world = useWorld({ env: { SLUICE_SCHEDULES_PER_PROJECT: '40' } });
const chat = '/v1/chat/completions';
const held: Behaviour = { behaviour: 'hold', afterBytes: 'headers' };
const SECRET = 'what nobody else is to read';

let connection: Connection;
let temporal: Client;
beforeAll(async () => {
  connection = await Connection.connect({ address: testTemporal().address });
  temporal = new Client({ connection, namespace: testTemporal().namespace });
});
afterAll(() => connection?.close());

const bodyOf = (text: string, behaviour?: Behaviour) => ({
  ...{ model: openaiModel, max_tokens: 50, messages: says(text, behaviour) },
});
const create = (fields: object = {}, options?: AskOptions): Promise<Answer> =>
  world.post('/v1/schedules', { path: chat, body: bodyOf('Hello'), every: '1h', ...fields }, options);
const created = async (fields: object = {}, options?: AskOptions): Promise<string> => {
  const { status, body } = await create(fields, options);
  expect([status, body.error]).toEqual([200, undefined]);
  return body.id;
};
const shown = async (id: string, options?: AskOptions): Promise<Parsed> =>
  (await world.get(`/v1/schedules/${id}`, options)).body;
const runsOf = async (id: string, options?: AskOptions): Promise<readonly Parsed[]> =>
  (await world.get(`/v1/schedules/${id}/runs?order=asc`, options)).body.data;
const trigger = async (id: string, options?: AskOptions): Promise<string> => {
  const { status, body } = await world.post(`/v1/schedules/${id}/trigger`, undefined, options);
  expect(status).toBe(202);
  return body.id;
};
/** A run once it is more than begun. */
const settledRun = async (id: string, runId?: string, options?: AskOptions): Promise<Parsed> => {
  let run: Parsed;
  await until('a run', async () => {
    const runs = await runsOf(id, options);
    run = runId === undefined ? runs[0] : runs.find((one: Parsed) => one.id === runId);
    return run !== undefined && !['pending', 'waiting'].includes(run.status) ? true : { pending: JSON.stringify(runs) };
  });
  return run;
};
const endedJob = async (id: string): Promise<Parsed> => {
  await world.ended(id);
  return (await world.get(`/v1/jobs/${id}`)).body;
};
const codeOf = ({ status, body }: Answer) => [status, body.error?.code, body.error?.param];
/** All payloads of a text of Temporal's, as they were before they were written in base64. */
const payloadsOf = (json: string): string =>
  [...json.matchAll(/"data": ?"([^"]*)"/g)].map(([, data = '']) => Buffer.from(data, 'base64').toString()).join();
const historyOf = async (name: string): Promise<string> =>
  payloadsOf(historyToJSON(await temporal.workflow.getHandle(name).fetchHistory()));
const isAtTemporal = (id: string): Promise<boolean> =>
  temporal.schedule
    .getHandle(id)
    .describe()
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof ScheduleNotFoundError) return false;
        throw error;
      },
    );

describe('a schedule', () => {
  it('runs by itself at its time, as the POST would as a job, and as often as it may', async () => {
    const startAt = Math.floor(Date.now() / 1_000) + 6;
    const made = await create({
      ...{ every: '1m', start_at: startAt, remaining: 1, metadata: { purpose: 'test' } },
      ...{ body: { ...bodyOf(SECRET), metadata: { of: 'the job' } }, headers: { 'Cancel-After': '5m' } },
    });
    const { id } = made.body;
    expect(made.body).toMatchObject({ status: 'active', next_run_at: startAt, remaining: 1, overlap: 'skip' });
    expect(await shown(id)).toEqual(made.body);
    const run = await settledRun(id);
    expect(run).toMatchObject({ cause: 'time', status: 'submitted', due_at: startAt, error: null });
    const job = await endedJob(run.job);
    expect(job).toMatchObject({ object: 'job', status: 'succeeded', metadata: { of: 'the job' } });
    expect(job.deadline - job.created_at).toBe(300);
    expect((await world.get(job.urls.result)).body.object).toBe('chat.completion');
    expect(await shown(id)).toMatchObject({ status: 'ended', remaining: 0, next_run_at: null });
    expect(await world.vendor.log()).toHaveLength(1);
    await until('Temporal to hear of the end', async () => {
      const { state } = await temporal.schedule.getHandle(id).describe();
      return state.paused ? true : { pending: 'it goes on' };
    });
    // What is posted is in no history, in no memo and in no row that can be read.
    const [named] = await world.rows<{ name: string }>('SELECT name FROM jobs.schedule_runs WHERE schedule_id = $1', [
      id,
    ]);
    const [row] = await world.rows<{ post: Buffer }>('SELECT post FROM jobs.schedules WHERE id = $1', [id]);
    const { action, memo } = await temporal.schedule.getHandle(id).describe();
    const history = await historyOf(named!.name);
    expect(history).toContain(id);
    for (const text of [history, JSON.stringify([action, memo]), row!.post.toString('latin1')]) {
      expect(text).not.toContain(SECRET);
    }
  });

  it('makes one job of one time, however often that is tried', async () => {
    const id = await created();
    const run = await settledRun(id, await trigger(id));
    const name = `schedule:${id}:${run.id}`;
    await temporal.workflow.getHandle(name).result();
    // A process that died before it had written down what came of the POST.
    await world.rows(`UPDATE jobs.schedule_runs SET status = 'pending', job_id = NULL WHERE id = $1`, [run.id]);
    const input = { scheduleId: id, organizationId: 'any', version: 1, cause: 'trigger' };
    const again = { workflowId: name, taskQueue: world.gateway.taskQueue, args: [input] };
    expect(await temporal.workflow.execute('runSchedule', again)).toEqual({ status: 'submitted', jobId: run.job });
    expect((await runsOf(id)).map(({ job, status }) => [job, status])).toEqual([[run.job, 'submitted']]);
    await world.ended(run.job);
    expect(await world.vendor.log()).toHaveLength(1);
  });

  it('is one project’s own', async () => {
    const id = await created();
    const { apiKey } = await world.createProject();
    const answers = await Promise.all([
      world.get(`/v1/schedules/${id}`, { apiKey }),
      world.patch(`/v1/schedules/${id}`, { paused: true }, { apiKey }),
      world.delete(`/v1/schedules/${id}`, { apiKey }),
      world.post(`/v1/schedules/${id}/trigger`, undefined, { apiKey }),
      world.get(`/v1/schedules/${id}/runs`, { apiKey }),
    ]);
    for (const answer of answers) expect(codeOf(answer)).toEqual([404, 'schedule_not_found', null]);
    expect((await world.get('/v1/schedules', { apiKey })).body.data).toEqual([]);
    expect(await shown(id)).toMatchObject({ id, status: 'active' });
  });

  it('is paused, goes on, and is given other times', async () => {
    const id = await created({ paused: true, cron: '0 9 * * MON-FRI', every: undefined, timezone: 'Europe/Berlin' });
    expect(await shown(id)).toMatchObject({ status: 'paused', paused_because: 'asked', next_run_at: null });
    const changed = await world.patch(`/v1/schedules/${id}`, { paused: false, every: '1h30m', jitter: '10s' });
    expect(changed.body).toMatchObject({ status: 'active', cron: null, every: '1h30m', jitter: '10s' });
    expect(changed.body.next_run_at).toBeGreaterThan(Date.now() / 1_000 - 1);
    const { spec, state } = await temporal.schedule.getHandle(id).describe();
    expect([spec.intervals, spec.calendars ?? [], state.paused]).toMatchObject([[{ every: 5_400_000 }], [], false]);
    expect((await world.patch(`/v1/schedules/${id}`, { remaining: 4, end_at: 4_000_000_000 })).body).toMatchObject({
      ...{ remaining: 4, end_at: 4_000_000_000, every: '1h30m' },
    });
    expect((await world.patch(`/v1/schedules/${id}`, { remaining: null, end_at: null })).body).toMatchObject({
      ...{ remaining: null, end_at: null },
    });
    const page = (await world.get('/v1/schedules?limit=1')).body;
    expect([page.data.length, page.data[0].id, page.data[0].body]).toEqual([1, id, undefined]);
  });
});

describe('an earlier run that is not over', () => {
  it('has later ones skipped, or wait in turn, or ends itself', async () => {
    const id = await created({ body: bodyOf('Hello', held) });
    const first = await settledRun(id, await trigger(id));
    await world.vendor.waitForHeld(1);
    expect(await settledRun(id, await trigger(id))).toMatchObject({ status: 'skipped', job: null });

    await world.patch(`/v1/schedules/${id}`, { overlap: 'buffer_one' });
    const waiting = await trigger(id);
    expect(await settledRun(id, await trigger(id))).toMatchObject({ status: 'skipped' });
    expect((await runsOf(id)).find((run) => run.id === waiting)).toMatchObject({ status: 'waiting', job: null });

    await world.patch(`/v1/schedules/${id}`, { overlap: 'cancel_other' });
    const last = await settledRun(id, await trigger(id));
    expect(await endedJob(first.job)).toMatchObject({ status: 'canceled' });
    await world.vendor.waitForHeld(1);
    await world.vendor.release('all');
    expect(await endedJob(last.job)).toMatchObject({ status: 'succeeded' });
    // It asks every five seconds.
    const then = await settledRun(id, waiting);
    expect(then).toMatchObject({ status: 'submitted' });
    await world.vendor.waitForHeld(1);
    await world.vendor.release('all');
    expect(await endedJob(then.job)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a POST that is refused', () => {
  it('is refused when the schedule is made, with the field', async () => {
    const wrong = async (fields: object) => codeOf(await create(fields));
    expect(await wrong({ body: { ...bodyOf('Hello'), temperature: 9 } })).toEqual([
      400,
      'invalid_request',
      'body.temperature',
    ]);
    expect(await wrong({ body: { ...bodyOf('Hello'), model: 'no/such' } })).toEqual([
      400,
      'invalid_request',
      'body.model',
    ]);
    expect(await wrong({ headers: { 'Cancel-After': 'soon' } })).toEqual([
      400,
      'invalid_request',
      'headers.cancel-after',
    ]);
    expect(await wrong({ headers: { Authorization: 'x' } })).toEqual([400, 'invalid_request', 'headers.Authorization']);
    expect(await wrong({ path: '/v1/messages', body: { model: openaiModel } })).toEqual([
      400,
      'invalid_request',
      'body',
    ]);
    for (const path of ['/v1/schedules', '/v1/nothing', '/v1/organization/projects', `${chat}?a=b`]) {
      expect(await wrong({ path })).toEqual([400, 'invalid_request', 'path']);
    }
    expect(await world.rows('SELECT id FROM requests.requests WHERE ended_at IS NULL')).toEqual([]);
  });

  it.each([
    [{ every: '30s' }, 'every'],
    [{ every: undefined }, 'cron'],
    [{ cron: '* * * * *' }, 'cron'],
    [{ every: undefined, cron: '* * * * * *' }, 'cron'],
    [{ timezone: 'Europe/Atlantis' }, 'timezone'],
    [{ end_at: 1 }, 'end_at'],
    [{ remaining: 0 }, 'remaining'],
    [{ overlap: 'sometimes' }, 'overlap'],
    [{ catch_up: '1s' }, 'catch_up'],
    [{ later: true }, 'later'],
    [{ metadata: { purpose: '\u0000' } }, 'metadata.purpose'],
    [{ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`label-${index}`, ''])) }, 'metadata'],
  ])('as are times that cannot be: %j', async (fields, param) => {
    expect(codeOf(await create(fields))).toEqual([400, 'invalid_request', param]);
  });

  it('pauses the schedule after five in a row, and tells why', async () => {
    const { id: projectId, apiKey } = await world.createProject();
    const admin = { apiKey: world.gateway.adminKey };
    const own = { apiKey };
    const keys = `/v1/organization/projects/${projectId}/api_keys`;
    const made = await world.post(keys, { name: 'of the schedule' }, admin);
    const id = await created({}, { apiKey: made.body.value });
    await world.delete(`${keys}/${made.body.id}`, admin);
    for (let count = 1; count <= 5; count += 1) {
      expect(await shown(id, own)).toMatchObject({ status: 'active', refusals_in_row: count - 1 });
      expect(await settledRun(id, await trigger(id, own), own)).toMatchObject({
        ...{ status: 'refused', job: null, error: { status: 401, code: 'revoked_api_key', param: null } },
      });
    }
    expect(await shown(id, own)).toMatchObject({ status: 'paused', paused_because: 'refused' });
    const told = `SELECT project_id, payload FROM requests.outbox WHERE type = 'schedule.paused' AND payload ->> 'id' = $1`;
    const payload = { id, pausedBecause: 'refused', version: 2 };
    expect(await world.rows(told, [id])).toEqual([{ project_id: projectId, payload }]);
    await until('Temporal to hear of it', async () =>
      (await temporal.schedule.getHandle(id).describe()).state.paused ? true : { pending: 'it goes on' },
    );
    expect((await world.patch(`/v1/schedules/${id}`, { paused: false }, own)).body).toMatchObject({
      ...{ status: 'active', refusals_in_row: 0 },
    });
  });
});

describe('the end of a schedule', () => {
  it('destroys what it posts, here and at Temporal', async () => {
    const id = await created();
    expect(await isAtTemporal(id)).toBe(true);
    expect((await world.delete(`/v1/schedules/${id}`)).body).toEqual({ id, object: 'schedule', deleted: true });
    expect(codeOf(await world.delete(`/v1/schedules/${id}`))).toEqual([404, 'schedule_not_found', null]);
    expect(await isAtTemporal(id)).toBe(false);
    expect(await world.rows('SELECT id FROM jobs.schedules WHERE id = $1', [id])).toEqual([]);
  });

  it('comes with that of its project; what Temporal still knows runs nothing, and goes with its next time', async () => {
    const { id: projectId, apiKey } = await world.createProject();
    const id = await created({}, { apiKey });
    await world.post(`/v1/organization/projects/${projectId}/archive`, {}, { apiKey: world.gateway.adminKey });
    expect(await world.rows('SELECT id FROM jobs.schedules WHERE project_id = $1', [projectId])).toEqual([]);
    await temporal.schedule.getHandle(id).trigger();
    await until('Temporal to forget it', async () => ((await isAtTemporal(id)) ? { pending: 'it is there' } : true));
    expect(await world.vendor.log()).toHaveLength(0);
  });

  it('makes room for another, of which a project has so many', async () => {
    const { apiKey } = await world.createProject();
    const ids = await Promise.all(Array.from({ length: 40 }, () => created({ paused: true }, { apiKey })));
    expect(codeOf(await create({}, { apiKey }))).toEqual([409, 'too_many_schedules', null]);
    await world.delete(`/v1/schedules/${ids[0]}`, { apiKey });
    await created({}, { apiKey });
  });
});
