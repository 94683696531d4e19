import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { createSweeper } from '../../activities/ledger/sweeper.js';
import { createAttemptRows } from '../../activities/model-calls/attempt-rows.js';
import { createNotifications } from '../../activities/storage/notifications.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import { call, createLedgerWorld, heldNanoUsd, offer, type LedgerWorld } from './ledger-world.js';

let world: LedgerWorld;
const running = new Set<string>();
const started: RequestInput[] = [];
const errors: unknown[] = [];
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(async () => {
  expect(await audit(world.database)).toEqual([]);
  expect(errors).toEqual([]);
  await world.close();
});

function sweep(options: { readonly canStart?: boolean; readonly olderThanMs?: number } = {}) {
  return createSweeper({
    ...world,
    workflows: {
      isOpen: (requestId) => Promise.resolve(running.has(requestId)),
      ...(options.canStart && { start: (input: RequestInput) => Promise.resolve(started.push(input)) }),
    },
    olderThanMs: options.olderThanMs ?? 30_000,
    onError: (error) => errors.push(error),
  }).sweepOnce();
}

async function reserved(overrides: Partial<RequestInput> = {}): Promise<RequestInput> {
  const request = world.request({ organizationId: await world.organization(heldNanoUsd), ...overrides });
  await world.ledger.planAndReserve(request);
  await age(request, 60);
  return request;
}

function age({ requestId }: RequestInput, seconds: number): Promise<unknown> {
  return world.database.query({
    text: `UPDATE requests.requests SET created_at = now() - $2 * interval '1 second' WHERE id = $1`,
    values: [requestId, seconds],
  });
}

async function sending({ requestId }: RequestInput, lapsed: boolean, checkpoint?: Usage): Promise<void> {
  const rows = createAttemptRows(world.database);
  await rows.claim(requestId, 1, { offerId: offer.id, vendor: 'sandbox', model: 'echo' }, 'dead/1');
  if (checkpoint) await rows.renew(requestId, 1, 'dead/1', checkpoint);
  if (!lapsed) return;
  await world.database.query({
    text: `UPDATE requests.attempts SET lease_until = now() - interval '1 second' WHERE request_id = $1`,
    values: [requestId],
  });
}

const counted: Usage = { units: { input: 250, output: 100 }, source: 'counted' };
const stateOf = async ({ requestId }: RequestInput) => (await world.directory.find(requestId))?.state;

describe('the sweeper, where the workflow is over', () => {
  it('settles a recorded answer', async () => {
    const request = await reserved();
    await world.attempt(request);
    expect(await sweep()).toMatchObject({ settled: 1, released: 0 });
    expect(await world.account(request.organizationId)).toMatchObject({ debits_posted: 300_000n, debits_pending: 0n });
  });

  it('releases a request whose attempts have all failed, with the class of the last', async () => {
    const request = await reserved();
    const failure = { class: 'overloaded' } as const;
    await world.attempt(request, { status: 'failed', failure, chargeNanoUsd: '0' });
    const told = await world.listen(request);
    expect(await sweep()).toMatchObject({ settled: 0, released: 1 });
    expect(await world.directory.find(request.requestId)).toMatchObject({
      state: 'released',
      failureClass: 'overloaded',
    });
    await expect.poll(() => told).toMatchObject([{ type: 'failed', failure }]);
  });

  it('settles an attempt whose sender died at its checkpoint, and tells the caller the end', async () => {
    const request = await reserved({ stream: true });
    await sending(request, true, counted);
    const told = await world.listen(request);
    expect(await sweep()).toMatchObject({ settled: 1, released: 0 });
    expect(await world.directory.find(request.requestId)).toMatchObject({
      state: 'settled',
      chargedNanoUsd: '350000',
      failureClass: 'lease_lapsed',
      attempts: [{ status: 'partial', usage: counted, state: 'recorded' }],
    });
    await expect
      .poll(() => told)
      .toMatchObject([{ type: 'failed', failure: { class: 'lease_lapsed' }, summary: { chargeNanoUsd: '350000' } }]);
  });

  it('settles at the checkpoint a keyed plain request too, because no workflow is left to call again', async () => {
    const request = await reserved({ keyed: true });
    await sending(request, true, counted);
    expect(await sweep()).toMatchObject({ settled: 1 });
  });

  it('never charges a checkpoint beyond the hold', async () => {
    const request = await reserved();
    await sending(request, true, { units: { input: 1_000, output: 5_000 }, source: 'counted' });
    await sweep();
    expect(await world.directory.find(request.requestId)).toMatchObject({ chargedNanoUsd: '2000000' });
  });

  it('releases an attempt whose sender died before anything was counted', async () => {
    const request = await reserved();
    await sending(request, true);
    expect(await sweep()).toMatchObject({ settled: 0, released: 1 });
    expect(await world.directory.find(request.requestId)).toMatchObject({
      state: 'released',
      failureClass: 'lease_lapsed',
      attempts: [{ status: 'failed', chargeNanoUsd: '0' }],
    });
  });

  it('leaves an attempt alone whose lease lives', async () => {
    const request = await reserved();
    await sending(request, false, counted);
    expect(await sweep()).toMatchObject({ settled: 0, released: 0 });
    expect(await stateOf(request)).toBe('reserved');
    await sending(request, true);
    await sweep();
    expect(await stateOf(request)).toBe('settled');
  });

  it('releases where nothing was sent', async () => {
    const request = await reserved();
    expect(await sweep()).toMatchObject({ settled: 0, released: 1 });
    expect(await world.directory.find(request.requestId)).toMatchObject({ failureClass: 'content_gone' });
  });

  it('releases a stored keyed request after a minute where it cannot start it, and logs its end', async () => {
    const request = world.request({ keyed: true, retention: 'kept' });
    const key = { idempotencyKey: 'stored', body: '', answerHoldMs: 60_000 };
    await world.directory.acceptKeyed(request, call, key);
    await age(request, 45);
    await sweep();
    expect(await stateOf(request)).toBe('accepted');
    await age(request, 70);
    expect(await sweep({ canStart: true })).toMatchObject({ released: 0 });
    expect(started).toEqual([request]);
    expect(await sweep()).toMatchObject({ released: 1 });
    const told = [];
    for await (const event of world.replies.follow(request.requestId, new AbortController().signal)) told.push(event);
    expect(told).toMatchObject([{ type: 'failed', failure: { class: 'content_gone' } }]);
  });
});

describe('the sweeper', () => {
  it('touches neither a request whose workflow runs nor a young one', async () => {
    const open = await reserved();
    await world.attempt(open);
    running.add(open.requestId);
    const young = await reserved();
    await age(young, 0);
    expect(await sweep()).toMatchObject({ settled: 0, released: 0 });
    expect([await stateOf(open), await stateOf(young)]).toEqual(['reserved', 'reserved']);
    running.clear();
    expect(await sweep({ olderThanMs: 0 })).toMatchObject({ settled: 1, released: 1 });
  });

  it('ends each request once where several processes sweep at the same time', async () => {
    const organizationId = await world.organization(200n * heldNanoUsd);
    const requests = Array.from({ length: 120 }, () => world.request({ organizationId }));
    await Promise.all(requests.map((request) => world.ledger.planAndReserve(request)));
    const results = await Promise.all([1, 2, 3].map(() => sweep({ olderThanMs: 0 })));
    results.push(await sweep({ olderThanMs: 0 }));
    expect(results.reduce((sum, { released }) => sum + released, 0)).toBe(120);
    expect((await world.account(organizationId)).debits_pending).toBe(0n);
  });

  it('does nothing while Temporal cannot say what runs', async () => {
    const request = await reserved();
    const blind = createSweeper({
      ...world,
      workflows: { isOpen: () => Promise.reject(new Error('unreachable')) },
      onError: () => {},
    });
    await expect(blind.sweepOnce()).rejects.toThrow('unreachable');
    expect(await stateOf(request)).toBe('reserved');
    await sweep();
  });

  it('tells the process that holds the caller', async () => {
    const request = await reserved();
    const heard: string[] = [];
    const listening = createNotifications({ url: world.url, channels: ['sluice_request_ended'], onError: () => {} });
    const isReady = new Promise<void>((resolve) => {
      listening.on('sluice_request_ended', (id) => (id === undefined ? resolve() : heard.push(id)));
    });
    await isReady;
    await sweep();
    await expect.poll(() => heard).toContain(request.requestId);
    await listening.close();
  });
});

describe('the sweeper, on content whose time is over', () => {
  const exists = async (table: string, requestId: string): Promise<boolean> =>
    (await world.database.query({ text: `SELECT 1 FROM ${table} WHERE request_id = $1`, values: [requestId] })).length >
    0;

  it('deletes an expired answer at once and its key a day later', async () => {
    const request = world.request({ keyed: true, retention: 'kept' });
    const key = { idempotencyKey: 'expiring', body: '', answerHoldMs: 0 };
    await world.directory.acceptKeyed(request, call, key);
    expect(await world.rows.read(request.requestId, 'kept')).toEqual(call);
    await world.ledger.release({ request });
    await sweep();
    expect(await exists('content.kept', request.requestId)).toBe(false);
    expect(await exists('requests.idempotency_keys', request.requestId)).toBe(true);
    await world.database.query({
      text: `UPDATE requests.requests SET answer_expires_at = now() - interval '25 hours' WHERE id = $1`,
      values: [request.requestId],
    });
    await sweep();
    expect(await exists('requests.idempotency_keys', request.requestId)).toBe(false);
  });

  it('deletes what was left for another process, and what never became a request', async () => {
    world.alive.add('there');
    const left = await reserved({ holder: 'there' });
    await world.rows.putInteractive(left.requestId, call);
    await world.ledger.release({ request: left });
    const orphan = world.request();
    await world.rows.putInteractive(orphan.requestId, call);
    await sweep();
    expect(await exists('content.interactive', left.requestId)).toBe(true);
    expect(await exists('content.interactive', orphan.requestId)).toBe(true);
    await world.database.query({
      text: `UPDATE requests.requests SET ended_at = now() - interval '11 minutes' WHERE id = $1`,
      values: [left.requestId],
    });
    await world.database.query({ text: `UPDATE content.interactive SET created_at = now() - interval '61 minutes'` });
    await sweep();
    expect(await exists('content.interactive', left.requestId)).toBe(false);
    expect(await exists('content.interactive', orphan.requestId)).toBe(false);
  });
});
