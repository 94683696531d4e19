import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { answered, call, createLedgerWorld, heldNanoUsd, type LedgerWorld } from './ledger-world.js';

let world: LedgerWorld;
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(async () => {
  expect(await audit(world.database)).toEqual([]);
  await world.close();
});

async function reserved(overrides: Partial<RequestInput> = {}): Promise<RequestInput> {
  const request = world.request({ organizationId: await world.organization(heldNanoUsd), ...overrides });
  expect(await world.ledger.planAndReserve(request)).toMatchObject({ status: 'reserved' });
  return request;
}

describe('settle', () => {
  it('posts the charge of the attempt once, however often it runs, and voids the rest', async () => {
    const request = await reserved();
    await world.attempt(request);
    const runs = await Promise.all(Array.from({ length: 5 }, () => world.ledger.settle({ request, attempt: 1 })));
    for (const run of runs) expect(run).toEqual({ state: 'settled', chargedNanoUsd: '300000' });
    expect(await world.account(request.organizationId)).toMatchObject({ debits_posted: 300_000n, debits_pending: 0n });
    expect(await world.directory.find(request.requestId)).toMatchObject({
      state: 'settled',
      chargedNanoUsd: '300000',
      heldNanoUsd: '2000000',
      vendor: 'sandbox',
      model: 'echo',
      attempts: [{ ...answered, state: 'recorded' }],
    });
  });

  it('charges no more than the hold and leaves what goes beyond to the house, with an event', async () => {
    const request = await reserved();
    await world.attempt(request, { chargeNanoUsd: '2000000' }, 2_750_000n);
    expect(await world.ledger.settle({ request, attempt: 1 })).toMatchObject({ chargedNanoUsd: '2000000' });
    expect(await world.account(request.organizationId)).toMatchObject({ debits_posted: 2_000_000n });
    const borne = await world.database.query({
      text: `SELECT amount FROM ledger.transfers WHERE key = $1`,
      values: [`overshoot:${request.requestId}`],
    });
    expect(borne).toEqual([{ amount: 750_000n }]);
    const events = await world.database.query({
      text: 'SELECT type, payload FROM requests.outbox WHERE request_id = $1',
      values: [request.requestId],
    });
    expect(events).toEqual([{ type: 'ledger.overshoot', payload: { held: '2000000', overshoot: '750000' } }]);
  });

  it('charges no more than the hold even where the attempt claims more', async () => {
    const request = await reserved();
    await world.attempt(request, { chargeNanoUsd: '9000000' });
    expect(await world.ledger.settle({ request, attempt: 1 })).toMatchObject({ chargedNanoUsd: '2000000' });
  });

  it('refuses to settle what is not recorded or not held', async () => {
    const request = await reserved();
    await expect(world.ledger.settle({ request, attempt: 1 })).rejects.toThrow('nothing is recorded');
    await expect(world.ledger.settle({ request: world.request(), attempt: 1 })).rejects.toThrow('nothing is held');
    await world.ledger.release({ request });
  });

  it('settles a free answer at nothing', async () => {
    const request = await reserved({ models: ['sandbox/free'] });
    await world.attempt(request, { chargeNanoUsd: '0' });
    expect(await world.ledger.settle({ request, attempt: 1 })).toEqual({ state: 'settled', chargedNanoUsd: '0' });
  });

  it('forgets the content, also for an insert that comes late', async () => {
    const request = await reserved();
    world.content.hold(request.requestId, call);
    await world.content.share(request.requestId);
    await world.attempt(request);
    await world.ledger.settle({ request, attempt: 1 });
    expect(await world.content.read(request.requestId, 'interactive')).toBeUndefined();
    await world.rows.putInteractive(request.requestId, call);
    expect(await world.rows.read(request.requestId, 'interactive')).toBeUndefined();
  });

  it('leaves the log to a caller at another process that lives, and tells it', async () => {
    world.alive.add('there');
    const request = await reserved({ holder: 'there' });
    await world.rows.putInteractive(request.requestId, call);
    await world.attempt(request);
    await world.ledger.settle({ request, attempt: 1 });
    expect(await world.rows.keyOf(request.requestId, 'interactive')).toBeDefined();
  });
});

describe('release', () => {
  it('voids the hold and tells the caller what was remembered of the failure', async () => {
    const request = await reserved();
    const told = await world.listen(request);
    const failure = { class: 'overloaded', httpStatus: 529 } as const;
    await world.attempt(request, { status: 'failed', failure, chargeNanoUsd: '0' });
    world.replies.remember(request.requestId, { message: 'Too busy.' });
    const released = { state: 'released', chargedNanoUsd: '0' };
    expect(await world.ledger.release({ request, attempt: 1, failure })).toEqual(released);
    expect(await world.ledger.release({ request, attempt: 1, failure })).toEqual(released);
    await expect.poll(() => told).toEqual([{ type: 'failed', failure, detail: { message: 'Too busy.' } }]);
    expect(await world.account(request.organizationId)).toMatchObject({ debits_posted: 0n, debits_pending: 0n });
    expect(await world.directory.find(request.requestId)).toMatchObject({
      state: 'released',
      failureClass: 'overloaded',
      vendor: 'sandbox',
    });
  });

  it('keeps the detail for the next run where the database fails', async () => {
    const request = await reserved();
    world.replies.remember(request.requestId, { message: 'Kept.' });
    const told = await world.listen(request);
    await world.database.query({ text: `ALTER FUNCTION requests.finish RENAME TO finish_away` });
    await expect(world.ledger.release({ request })).rejects.toThrow('does not exist');
    await world.database.query({ text: `ALTER FUNCTION requests.finish_away RENAME TO finish` });
    await world.ledger.release({ request });
    await expect.poll(() => told).toMatchObject([{ detail: { message: 'Kept.' } }]);
  });

  it('leaves a tombstone where nothing was reserved, so that nothing can be held afterwards', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const request = world.request({ organizationId });
    expect(await world.ledger.release({ request, failure: { class: 'cancelled' } })).toMatchObject({
      state: 'released',
    });
    expect(await world.ledger.planAndReserve(request)).toEqual({ status: 'abandoned', reason: 'cancelled' });
    expect((await world.account(organizationId)).debits_pending).toBe(0n);
  });

  it('by a run that was lost lets the next one come to the same end', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const request = world.request({ organizationId });
    const planned = await world.ledger.planAndReserve(request);
    await world.attempt(request);
    const finished = await world.ledger.settle({ request, attempt: 1 });
    world.alive.add('here');
    for (const ledger of [world.ledger, world.otherProcess('next')]) {
      expect(await ledger.planAndReserve(request)).toEqual(planned);
      expect(await ledger.settle({ request, attempt: 1 })).toEqual(finished);
    }
    expect(await world.account(organizationId)).toMatchObject({ debits_pending: 0n, debits_posted: 300_000n });
  });

  it('is a no-op after a settlement, and the reverse', async () => {
    const settled = await reserved();
    await world.attempt(settled);
    await world.ledger.settle({ request: settled, attempt: 1 });
    const told = await world.listen(settled);
    expect(await world.ledger.release({ request: settled, failure: { class: 'cut' } })).toEqual({
      state: 'settled',
      chargedNanoUsd: '300000',
    });
    expect(told).toEqual([]);

    const released = await reserved();
    await world.attempt(released, { status: 'failed', failure: { class: 'cut' }, chargeNanoUsd: '0' });
    await world.ledger.release({ request: released, failure: { class: 'cancelled' } });
    expect(await world.ledger.settle({ request: released, attempt: 1 })).toEqual({
      state: 'released',
      chargedNanoUsd: '0',
    });
    expect(await world.account(released.organizationId)).toMatchObject({ debits_posted: 0n, debits_pending: 0n });
  });

  it('settles where an answer is recorded, whatever made the flow give up', async () => {
    const request = await reserved();
    await world.attempt(request, { number: 1, status: 'failed', failure: { class: 'cut' }, chargeNanoUsd: '0' });
    await world.attempt(request, { number: 2 });
    const told = await world.listen(request);
    const finished = await world.ledger.release({ request, failure: { class: 'internal' } });
    expect(finished).toEqual({ state: 'settled', chargedNanoUsd: '300000' });
    expect(told).toEqual([]);
    expect(await world.account(request.organizationId)).toMatchObject({ debits_posted: 300_000n, debits_pending: 0n });
  });

  it('logs the end of a keyed request in the transaction that ends it, so that a repeat is told the same', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const request = world.request({ organizationId, keyed: true, retention: 'kept' });
    await world.directory.acceptKeyed(request, call, { idempotencyKey: 'k', body: '', answerHoldMs: 60_000 });
    world.replies.remember(request.requestId, { message: 'No luck.' });
    // Still `accepted`: its workflow never got to the reservation.
    await world.ledger.release({ request, failure: { class: 'rate_limited' } });
    await world.ledger.release({ request, failure: { class: 'internal' } });
    const told = [];
    for await (const event of world.replies.follow(request.requestId, new AbortController().signal)) told.push(event);
    expect(told).toEqual([{ type: 'failed', failure: { class: 'rate_limited' }, detail: { message: 'No luck.' } }]);
  });
});
