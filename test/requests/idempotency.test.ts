import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { call, createLedgerWorld, heldNanoUsd, type LedgerWorld } from '../ledger/ledger-world.js';

let world: LedgerWorld;
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(async () => {
  expect(await audit(world.database)).toEqual([]);
  await world.close();
});

const keyed = (overrides: Partial<RequestInput> = {}): RequestInput =>
  world.request({ keyed: true, retention: 'kept', ...overrides });
const accept = (request: RequestInput, idempotencyKey: string, body = '{}', answerHoldMs = 60_000) =>
  world.directory.acceptKeyed(request, call, { idempotencyKey, body, answerHoldMs });

describe('a request with an Idempotency-Key', () => {
  it('is accepted once of many at the same time; the others find it', async () => {
    const requests = Array.from({ length: 12 }, () => keyed());
    const results = await Promise.all(requests.map((request) => accept(request, 'at-once')));
    const winners = requests.filter((_, index) => results[index]!.status === 'accepted');
    expect(winners).toHaveLength(1);
    for (const result of results.filter(({ status }) => status !== 'accepted')) {
      expect(result).toMatchObject({ status: 'repeated', record: { id: winners[0]!.requestId, state: 'accepted' } });
    }
    const rows = await world.database.query({
      text: 'SELECT 1 FROM requests.requests WHERE id = ANY ($1)',
      values: [requests.map(({ requestId }) => requestId)],
    });
    expect(rows).toHaveLength(1);
  });

  it('is stored with its input and content before it starts', async () => {
    const request = keyed();
    await accept(request, 'stored');
    expect(await world.directory.find(request.requestId)).toMatchObject({
      state: 'accepted',
      keyed: true,
      input: request,
      attempts: [],
    });
    expect(await world.rows.read(request.requestId, 'kept')).toEqual(call);
  });

  it('is told from one with another body, and kept apart by project', async () => {
    await accept(keyed(), 'body', '{"a":1}');
    expect(await accept(keyed(), 'body', '{"a":2}')).toEqual({ status: 'body_differs' });
    expect(await accept(keyed({ projectId: 'proj_2' }), 'body', '{"a":2}')).toEqual({ status: 'accepted' });
    expect(await accept(keyed(), 'body', '{"a":1}')).toMatchObject({ status: 'repeated' });
  });

  it('leaves neither the key nor the body in the table', async () => {
    const request = keyed();
    await accept(request, 'SECRET-KEY', 'SECRET-BODY');
    const [row] = await world.database.query({
      text: 'SELECT k::text AS row FROM requests.idempotency_keys k WHERE request_id = $1',
      values: [request.requestId],
    });
    for (const secret of ['SECRET-KEY', 'SECRET-BODY']) {
      expect(JSON.stringify(row)).not.toContain(secret);
      expect(JSON.stringify(row)).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it('answers for as long as the answer is held, counted from the end', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const request = keyed({ organizationId });
    await accept(request, 'held', '{}', 60_000);
    await world.ledger.planAndReserve(request);
    await world.attempt(request);
    const before = Date.now();
    await world.ledger.settle({ request, attempt: 1 });
    const repeat = await accept(keyed({ organizationId }), 'held');
    if (repeat.status !== 'repeated') throw new Error('not a repeat');
    expect(repeat.record).toMatchObject({ id: request.requestId, state: 'settled', chargedNanoUsd: '300000' });
    const heldMs = Date.parse(repeat.record.answerExpiresAt!) - before;
    expect(heldMs).toBeGreaterThan(55_000);
    expect(heldMs).toBeLessThan(65_000);
    const [kept] = await world.database.query<{ expires_at: Date }>({
      text: 'SELECT expires_at FROM content.kept WHERE request_id = $1',
      values: [request.requestId],
    });
    expect(kept!.expires_at.toISOString()).toBe(repeat.record.answerExpiresAt);
  });

  it('keeps no content under zero data retention, and knows its repeat all the same', async () => {
    const request = keyed({ retention: 'zdr' });
    await accept(request, 'zdr', '{}', 0);
    expect(await accept(keyed({ retention: 'zdr' }), 'zdr')).toMatchObject({ record: { id: request.requestId } });
    expect(
      await world.database.query({
        text: 'SELECT 1 FROM content.kept WHERE request_id = $1',
        values: [request.requestId],
      }),
    ).toEqual([]);
  });

  it('lets go of its key when it is refused, so that it can be sent again after a top-up', async () => {
    const organizationId = await world.organization(0n);
    const refused = keyed({ organizationId });
    await accept(refused, 'top-up');
    expect(await world.ledger.planAndReserve(refused)).toMatchObject({ status: 'refused' });
    expect(await world.ledger.planAndReserve(refused)).toMatchObject({ status: 'refused' });

    await world.database.query({
      text: `SELECT ledger.credit($1, $2, 'house:grants', $3, 'top-up')`,
      values: [`top-up:${organizationId}`, `credits:organization:${organizationId}`, heldNanoUsd],
    });
    const again = keyed({ organizationId });
    expect(await accept(again, 'top-up')).toEqual({ status: 'accepted' });
    expect(await world.ledger.planAndReserve(again)).toMatchObject({ status: 'reserved' });
  });

  it('becomes unreadable when its epoch key is destroyed, the row still standing', async () => {
    const request = keyed();
    await accept(request, 'epoch');
    const twoHoursMs = 7_200_000;
    expect(await world.epochKeys.destroyExpired(Date.now())).toEqual([]);
    expect(await world.epochKeys.destroyExpired(Date.now() + twoHoursMs)).not.toEqual([]);
    expect(await world.rows.read(request.requestId, 'kept')).toBeUndefined();
    expect(await world.rows.keyOf(request.requestId, 'kept')).toBeUndefined();
    const [row] = await world.database.query({
      text: 'SELECT expires_at > now() AS held FROM content.kept WHERE request_id = $1',
      values: [request.requestId],
    });
    expect(row).toEqual({ held: true });
  });
});

describe('the directory of requests', () => {
  it('knows nothing of an unknown request', async () => {
    expect(await world.directory.find('req_unknown')).toBeUndefined();
  });

  it('shows an attempt that is under way as such, and no input of an unkeyed request', async () => {
    const request = world.request({ organizationId: await world.organization(heldNanoUsd) });
    await world.ledger.planAndReserve(request);
    await world.database.query({
      text: `INSERT INTO requests.attempts (request_id, number, offer_id, vendor, model, state, owner, lease_until)
             VALUES ($1, 1, 'sandbox/echo', 'sandbox', 'echo', 'sending', 'me', now() + interval '10 seconds')`,
      values: [request.requestId],
    });
    const record = await world.directory.find(request.requestId);
    expect(record).toMatchObject({
      state: 'reserved',
      attempts: [{ number: 1, state: 'sending', chargeNanoUsd: '0' }],
    });
    expect(record).not.toHaveProperty('input');
    await world.ledger.release({ request });
  });

  it('asks whoever runs a request to stop it', async () => {
    const request = world.request({ organizationId: await world.organization(heldNanoUsd) });
    await world.ledger.planAndReserve(request);
    await world.directory.requestCancel(request.requestId);
    const [row] = await world.database.query({
      text: 'SELECT cancel_requested_at IS NOT NULL AS asked FROM requests.requests WHERE id = $1',
      values: [request.requestId],
    });
    expect(row).toEqual({ asked: true });
    await world.ledger.release({ request });
  });
});
