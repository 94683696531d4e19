import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSweeper } from '../../activities/ledger/sweeper.js';
import { createReplyLog, endAttempt } from '../../activities/replies/reply-log.js';
import { answeredEvent } from '../../activities/replies/test-events.js';
import { createStoredAnswers } from '../../activities/requests/stored-answers.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { PreparedTake } from '../../workflows/contracts/rate-limits.js';
import type { StoredAnswers } from '../../workflows/contracts/ports.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { findInDatabase } from '../content/find-in-database.js';
import { call, createLedgerWorld, heldNanoUsd, type LedgerWorld } from '../ledger/ledger-world.js';

// What callers ask to have stored: found by its id in its project only, for as long as that allows, and then by nobody.

const dayMs = 86_400_000;
const page = { limit: 20, order: 'asc' } as const;
let world: LedgerWorld;
let stored: StoredAnswers;
beforeAll(async () => {
  world = await createLedgerWorld();
  stored = createStoredAnswers(world);
});
afterAll(() => world.close());

const newProject = (): string => `proj_${randomUUID()}`;

async function accept(
  fields: Partial<RequestInput> = {},
  { body = {}, answerHoldMs = 60_000 }: { readonly body?: JsonObject; readonly answerHoldMs?: number } = {},
): Promise<RequestInput> {
  const organizationId = fields.organizationId ?? (await world.organization(heldNanoUsd));
  const request = world.request({ ...{ organizationId, stored: true, retention: 'kept' }, ...fields });
  const asked = { ...call, source: { dialect: 'openai-chat', body } } as const;
  expect(await world.directory.acceptStored(request, asked, { answerHoldMs })).toEqual({ status: 'accepted' });
  return request;
}

/** Accepts and answers a request, as its workflow would. */
async function answer(...asked: Parameters<typeof accept>): Promise<RequestInput> {
  const request = await accept(...asked);
  await world.ledger.planAndReserve(request);
  await world.attempt(request);
  await world.ledger.settle({ request, attempt: 1 });
  return request;
}

const find = ({ projectId, requestId }: RequestInput) => stored.find(projectId, 'openai-chat', requestId);
const count = async (table: string, { requestId }: RequestInput): Promise<number> =>
  (await world.database.query({ text: `SELECT 1 FROM ${table} WHERE request_id = $1`, values: [requestId] })).length;
const sweeper = (started: RequestInput[] = [], olderThanMs = 0) =>
  createSweeper({
    ...world,
    ...{ olderThanMs, onError: (error) => expect.unreachable(String(error)) },
    workflows: { isOpen: () => Promise.resolve(false), start: (input) => Promise.resolve(started.push(input)) },
  });

describe('a stored answer', () => {
  it('is there with its content before its workflow starts, labelled as its caller labelled it', async () => {
    const request = await accept({ projectId: newProject() }, { body: { metadata: { feature: 'search' } } });
    expect(await find(request)).toMatchObject({ requestId: request.requestId, metadata: { feature: 'search' } });
    expect(await world.directory.find(request.requestId)).toMatchObject({
      state: 'accepted',
      stored: true,
      keyed: false,
    });
    expect(await world.rows.read(request.requestId, 'kept')).toMatchObject({ messages: call.messages });
    await world.ledger.release({ request });
  });

  it('is unknown to another project, and to the endpoints of another dialect', async () => {
    const request = await answer({ projectId: newProject() });
    expect(await stored.find(newProject(), 'openai-chat', request.requestId)).toBeUndefined();
    expect(await stored.find(request.projectId, 'openai-responses', request.requestId)).toBeUndefined();
    expect(await stored.destroy(newProject(), request.requestId)).toBe(false);
    await stored.setMetadata(newProject(), request.requestId, { changed: 'yes' });
    expect(await find(request)).toMatchObject({ metadata: {} });
  });

  it('is none where a rate limit refuses it: nothing of it is stored', async () => {
    const request = world.request({ stored: true, retention: 'kept' });
    const taken = { status: 'refused', standings: [] } as const;
    const take: PreparedTake = { statement: { name: 'nothing', text: 'SELECT 1', values: [] }, read: () => taken };
    const refused = await world.directory.acceptStored(request, call, { answerHoldMs: 1 }, take);
    expect(refused).toEqual({ status: 'limited', taken });
    expect(await find(request)).toBeUndefined();
    expect(await world.directory.find(request.requestId)).toBeUndefined();
  });

  it('changes its labels when asked to', async () => {
    const request = await answer({ projectId: newProject() }, { body: { metadata: { a: '1', b: '2' } } });
    await stored.setMetadata(request.projectId, request.requestId, { c: 'a\0b' });
    expect(await find(request)).toMatchObject({ metadata: { c: 'a\uFFFDb' } });
  });
});

describe('a stored answer’s time', () => {
  it('may be thirty days: its key outlives all of them, and no more than the hours of its request', async () => {
    const request = await answer({ projectId: newProject() }, { answerHoldMs: 30 * dayMs });
    const [row] = await world.database.query<{ left: bigint }>({
      text: `SELECT floor(extract(epoch FROM expires_at - now()))::bigint AS left FROM content.kept WHERE request_id = $1`,
      values: [request.requestId],
    });
    // From the end on only the hold time counts, without the ten minutes that the request might have run.
    expect(Number(row?.left)).toBeGreaterThan(30 * 86_400 - 60);
    expect(Number(row?.left)).toBeLessThanOrEqual(30 * 86_400);
    await world.epochKeys.destroyExpired(Date.now() + 30 * dayMs);
    expect(await world.rows.read(request.requestId, 'kept')).toBeDefined();
    await world.epochKeys.destroyExpired(Date.now() + 30 * dayMs + 2 * 3_600_000);
    expect(await world.rows.read(request.requestId, 'kept')).toBeUndefined();
  });

  it('ends it, for whoever asks at once, and in the database with the next sweep', async () => {
    const request = await answer({ projectId: newProject() }, { answerHoldMs: 0 });
    expect(await find(request)).toBeUndefined();
    expect(await stored.list(request.projectId, 'openai-chat', page)).toEqual({ data: [], hasMore: false });
    await sweeper().sweepOnce();
    expect(await count('content.kept', request)).toBe(0);
    expect(await count('requests.stored', request)).toBe(0);
  });
});

describe('a destroyed answer', () => {
  it('leaves neither content nor log nor key, and could not be read before either', async () => {
    const request = await answer({ projectId: newProject() });
    const key = await world.rows.keyOf(request.requestId, 'kept');
    const silent = { on: () => {}, close: () => Promise.resolve() };
    const replyLog = createReplyLog({ ...world, notifications: silent });
    const log = (sequence: number) =>
      replyLog.appending(request.requestId, key!, { attempt: endAttempt, firstSequence: sequence }, [answeredEvent]);
    await world.database.query(log(1));
    expect(await count('content.kept_log', request)).toBe(1);
    expect(await findInDatabase(world.database, 'CANARY')).toEqual([]);
    expect(await stored.destroy(request.projectId, request.requestId)).toBe(true);
    for (const table of ['content.kept', 'content.kept_log', 'requests.stored']) {
      expect([table, await count(table, request)]).toEqual([table, 0]);
    }
    expect(await world.rows.keyOf(request.requestId, 'kept')).toBeUndefined();
    expect(await find(request)).toBeUndefined();
    expect(await stored.destroy(request.projectId, request.requestId)).toBe(false);
    // A step that was writing meanwhile goes on, and writes nothing more.
    await world.database.query(log(2));
    expect(await count('content.kept_log', request)).toBe(0);
  });

  it('that still runs ends like any request', async () => {
    const request = await accept({ projectId: newProject() });
    await world.ledger.planAndReserve(request);
    await world.attempt(request);
    await stored.destroy(request.projectId, request.requestId);
    expect(await world.ledger.settle({ request, attempt: 1 })).toMatchObject({ state: 'settled' });
    expect(await find(request)).toBeUndefined();
  });

  it('is told as gone to a repeat of its key', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const request = world.request({
      organizationId,
      stored: true,
      keyed: true,
      retention: 'kept',
      projectId: newProject(),
    });
    const key = { idempotencyKey: 'destroyed', body: '{}', answerHoldMs: 60_000 };
    await world.directory.acceptKeyed(request, call, key);
    await world.ledger.planAndReserve(request);
    await world.attempt(request);
    await world.ledger.settle({ request, attempt: 1 });
    await stored.destroy(request.projectId, request.requestId);
    const repeated = await world.directory.acceptKeyed({ ...request, requestId: `req_${randomUUID()}` }, call, key);
    const record = repeated.status === 'repeated' ? repeated.record : undefined;
    expect(Date.parse(record?.answerExpiresAt ?? '')).toBeLessThanOrEqual(Date.now());
  });
});

describe('the list of stored answers', () => {
  it('has whole answers only, page by page, and those of a model or with labels', async () => {
    const projectId = newProject();
    const organizationId = await world.organization(10n * heldNanoUsd);
    const first = await answer({ projectId, organizationId }, { body: { metadata: { team: 'a', kind: 'x' } } });
    const second = await answer(
      { projectId, organizationId, models: ['sandbox/free'] },
      { body: { metadata: { team: 'b' } } },
    );
    const third = await answer({ projectId, organizationId }, { body: { metadata: { team: 'a' } } });
    const failed = await accept({ projectId, organizationId });
    await world.ledger.release({ request: failed });
    await answer({ projectId: newProject(), organizationId });
    const list = async (query: object = {}) => {
      const { data, hasMore } = await stored.list(projectId, 'openai-chat', { ...page, ...query });
      return [data.map(({ requestId }) => requestId), hasMore];
    };
    const [a, b, c] = [first.requestId, second.requestId, third.requestId];
    expect(await list()).toEqual([[a, b, c], false]);
    expect(await list({ order: 'desc', limit: 2 })).toEqual([[c, b], true]);
    expect(await list({ order: 'desc', limit: 2, after: b })).toEqual([[a], false]);
    expect(await list({ metadata: { team: 'a' } })).toEqual([[a, c], false]);
    expect(await list({ metadata: { team: 'a', kind: 'x' } })).toEqual([[a], false]);
    expect(await list({ model: 'sandbox/free' })).toEqual([[b], false]);
    expect(await list({ model: 'echo' })).toEqual([[a, b, c], false]);
    expect(await list({ model: 'none' })).toEqual([[], false]);
    await expect(list({ after: `req_${randomUUID()}` })).rejects.toMatchObject({
      refusal: { code: 'invalid_request' },
    });
  });
});

describe('after a crash', () => {
  it.each([
    ['cancel', 'abandoned'],
    ['finish', 'reserved'],
  ] as const)(
    'a stored request of which nothing was sent is taken up by its on_disconnect (%s)',
    async (onDisconnect, status) => {
      const request = await accept({ holder: 'dead', onDisconnect, projectId: newProject() });
      expect(await world.ledger.planAndReserve(request)).toMatchObject({ status });
      if (status === 'reserved') await world.ledger.release({ request });
    },
  );

  it('one whose workflow never started is released, and never started: its caller was told so', async () => {
    const request = await accept({ projectId: newProject(), onDisconnect: 'finish' });
    await world.database.query({
      text: `UPDATE requests.requests SET created_at = now() - interval '70 seconds' WHERE id = $1`,
      values: [request.requestId],
    });
    const started: RequestInput[] = [];
    await sweeper(started, 30_000).sweepOnce();
    expect(started).toEqual([]);
    expect(await world.directory.find(request.requestId)).toMatchObject({
      state: 'released',
      failureClass: 'content_gone',
    });
  });
});
