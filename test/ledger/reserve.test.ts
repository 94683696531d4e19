import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { createLedgerWorld, heldNanoUsd, call, openAccount, type LedgerWorld } from './ledger-world.js';

let world: LedgerWorld;
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(async () => {
  expect(await audit(world.database)).toEqual([]);
  await world.close();
});

describe('planAndReserve', () => {
  it('holds for as many requests as fit, and for none beyond, from two processes at once', async () => {
    const organizationId = await world.organization(10n * heldNanoUsd + 1n);
    const processes = [world.ledger, world.otherProcess('other')];
    world.alive.add('here');
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        processes[index % 2]!.planAndReserve(world.request({ organizationId, holder: index % 2 ? 'other' : 'here' })),
      ),
    );
    expect(results.filter(({ status }) => status === 'reserved')).toHaveLength(10);
    expect(results.filter(({ status }) => status === 'refused')).toHaveLength(40);
    expect(await world.account(organizationId)).toMatchObject({ debits_pending: 10n * heldNanoUsd, debits_posted: 0n });
  });

  it('holds once for concurrent runs of one request, and answers them the same', async () => {
    const organizationId = await world.organization(10n * heldNanoUsd);
    const request = world.request({ organizationId });
    const results = await Promise.all(Array.from({ length: 8 }, () => world.ledger.planAndReserve(request)));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(results[0]).toEqual({
      status: 'reserved',
      candidates: [{ offerId: 'sandbox/echo', vendor: 'sandbox', model: 'echo' }],
      heldNanoUsd: String(heldNanoUsd),
      route: { considered: 1 },
    });
    expect((await world.account(organizationId)).debits_pending).toBe(heldNanoUsd);
  });

  it('gives the plan from memory, and another process the same one from its row', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const request = world.request({ organizationId });
    await world.ledger.planAndReserve(request);
    const plan = await world.ledger.read(request.requestId);
    expect(plan).toMatchObject({ heldNanoUsd: '2000000', candidates: [{ maxOutputTokens: 1_000 }] });
    expect(await world.otherProcess('other').read(request.requestId)).toEqual(plan);
    expect(await world.ledger.read('req_unknown')).toBeUndefined();
  });

  it('refuses where any one scope is short, holds in none of them, and says what fits', async () => {
    const organizationId = await world.organization(100n * heldNanoUsd);
    const projectId = `proj_${organizationId}`;
    await openAccount(world.database, `budget:${projectId}`, 'budget', `project:${projectId}`, 1_500_000n);
    const request = world.request({ organizationId, projectId });
    const told = await world.listen(request);
    expect(await world.ledger.planAndReserve(request)).toEqual({ status: 'refused', code: 'insufficient_funds' });
    await expect.poll(() => told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      type: 'refused',
      refusal: {
        code: 'insufficient_funds',
        details: {
          needed_usd: '0.002',
          available_usd: '0.0015',
          held_usd: '0',
          max_affordable_output_tokens: 500,
        },
      },
    });
    expect((await world.account(organizationId)).debits_pending).toBe(0n);
    const fits = world.request({ organizationId, projectId, demand: { ...request.demand, maxOutputTokens: 500 } });
    expect(await world.ledger.planAndReserve(fits)).toMatchObject({ status: 'reserved', heldNanoUsd: '1500000' });
  });

  it('leaves out the candidates that the money does not cover, while it covers another', async () => {
    const organizationId = await world.organization(heldNanoUsd - 1n);
    const request = world.request({ organizationId, models: ['sandbox/echo', 'sandbox/free'] });
    const first = await world.ledger.planAndReserve(request);
    expect(first).toEqual({
      status: 'reserved',
      candidates: [{ offerId: 'sandbox/free', vendor: 'sandbox', model: 'free' }],
      heldNanoUsd: '0',
      route: { considered: 2, droppedBy: { budget: 1 } },
    });
    expect(await world.ledger.planAndReserve(request)).toEqual(first);
    const read = await world.otherProcess('other').read(request.requestId);
    expect(read).toMatchObject({ heldNanoUsd: '0', candidates: [{ offer: { id: 'sandbox/free' } }] });
    const record = await world.directory.find(request.requestId);
    expect(record?.route?.kept.map(({ offerId }) => offerId)).toEqual(['sandbox/free']);
    expect((await world.account(organizationId)).debits_pending).toBe(0n);
  });

  it('holds the same amount in each scope that has an account', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const keyId = `key_${organizationId}`;
    await openAccount(world.database, `budget:${keyId}`, 'budget', `key:${keyId}`, heldNanoUsd);
    await world.ledger.planAndReserve(world.request({ organizationId, keyId }));
    const [row] = await world.database.query<{ debits_pending: bigint }>({
      text: 'SELECT debits_pending FROM ledger.accounts WHERE id = $1',
      values: [`budget:${keyId}`],
    });
    expect(row).toEqual({ debits_pending: heldNanoUsd });
    expect((await world.account(organizationId)).debits_pending).toBe(heldNanoUsd);
  });

  it('refuses to spend where nobody has an account, unless the model is free', async () => {
    expect(await world.ledger.planAndReserve(world.request())).toMatchObject({ code: 'insufficient_funds' });
    const free = world.request({ models: ['sandbox/free'] });
    expect(await world.ledger.planAndReserve(free)).toMatchObject({ status: 'reserved', heldNanoUsd: '0' });
  });

  it('stores a refusal by the planner and tells each run the same, whatever characters the name has', async () => {
    const request = world.request({ models: ['no/such\0model\ud800'] });
    const told = await world.listen(request);
    expect(await world.ledger.planAndReserve(request)).toEqual({ status: 'refused', code: 'model_not_found' });
    await expect.poll(() => told).toHaveLength(1);
    const toldAgain = await world.listen(request);
    expect(await world.ledger.planAndReserve(request)).toEqual({ status: 'refused', code: 'model_not_found' });
    await expect.poll(() => toldAgain).toEqual(told);
    expect(await world.directory.find(request.requestId)).toMatchObject({ state: 'refused', chargedNanoUsd: '0' });
  });

  it('holds nothing for a caller whose process has died, and leaves a released request', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const request = world.request({ organizationId, holder: 'dead' });
    const abandoned = { status: 'abandoned', reason: 'content_gone' };
    expect(await world.ledger.planAndReserve(request)).toEqual(abandoned);
    expect(await world.ledger.planAndReserve(request)).toEqual(abandoned);
    expect((await world.account(organizationId)).debits_pending).toBe(0n);
    expect(await world.directory.find(request.requestId)).toMatchObject({
      state: 'released',
      failureClass: 'content_gone',
    });
  });

  it('gives the stored plan although the process that held the caller has died since', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const request = world.request({ organizationId });
    const first = await world.ledger.planAndReserve(request);
    world.alive.delete('here');
    expect(await world.otherProcess('other').planAndReserve(request)).toEqual(first);
  });

  it('goes on for a keyed request whose process has died', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const request = world.request({ organizationId, holder: 'dead', keyed: true, retention: 'kept' });
    await world.directory.acceptKeyed(request, call, { idempotencyKey: organizationId, body: '', answerHoldMs: 1_000 });
    expect(await world.ledger.planAndReserve(request)).toMatchObject({ status: 'reserved' });
    expect((await world.account(organizationId)).debits_pending).toBe(heldNanoUsd);
  });

  it('destroys the content of a refused request', async () => {
    const request = world.request({ models: ['no/such-model'] });
    world.content.hold(request.requestId, call);
    await world.content.share(request.requestId);
    expect(await world.rows.read(request.requestId, 'interactive')).toEqual(call);
    await world.ledger.planAndReserve(request);
    expect(await world.content.read(request.requestId, 'interactive')).toBeUndefined();
  });
});
