import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { createSweeper } from '../../activities/ledger/sweeper.js';
import { createAttemptRows } from '../../activities/model-calls/attempt-rows.js';
import type { CredentialDirectory, UsableCredential } from '../../workflows/contracts/credentials.js';
import type { AttemptOutcome, RequestInput } from '../../workflows/contracts/requests.js';
import { answered, createLedgerWorld, type LedgerWorld, offer } from '../ledger/ledger-world.js';

// What a request by an account of the caller's own does to money, whatever happens to it: nothing.

const environment = new Set(['sandbox']);
let usable: readonly UsableCredential[] = [];
let inEnvironment: ReadonlySet<string> = environment;
const directory: CredentialDirectory = {
  get environment() {
    return inEnvironment;
  },
  usableBy: () => usable,
  vendorsFor: () => environment,
};

let world: LedgerWorld;
beforeAll(async () => {
  world = await createLedgerWorld(directory);
}, 120_000);
beforeEach(() => {
  usable = [];
  inEnvironment = environment;
});
afterAll(async () => {
  expect(await audit(world.database)).toEqual([]);
  await world.close();
});

let count = 0;
/** A credential that is stored as far as the books look at it, and usable by this organisation. */
async function ownOf(organizationId: string, fallback: 'operator' | 'never' = 'operator'): Promise<string> {
  const id = `cred_${(count += 1)}`;
  await world.database.query({
    text: `INSERT INTO credentials.credentials (id, vendor, organization_id, name, kind, secret, wrapped_key, master_key_id, hint)
           VALUES ($1, 'sandbox', $2, 'tested', 'api_key', '', '', 'none', '')`,
    values: [id, organizationId],
  });
  usable = [{ id, vendor: 'sandbox', organizationId, weight: 100, fallback }];
  return id;
}

const way = (credentialId?: string) => ({
  ...{ offerId: offer.id, vendor: 'sandbox', model: 'echo' },
  ...(credentialId !== undefined && { credentialId }),
});
async function attempt({ requestId }: RequestInput, outcome: Partial<AttemptOutcome>, cost = 300_000n): Promise<void> {
  const rows = createAttemptRows(world.database);
  const whole = { ...answered, ...outcome };
  await rows.claim(requestId, 1, way(whole.credentialId), 'test');
  expect(await rows.record(requestId, 'test', whole, cost)).toBe(true);
}
const usageOf = async ({ requestId }: RequestInput) => {
  const [row] = await world.database.query({
    text: 'SELECT cost, upstream_cost, is_byok, credential_id FROM usage.records WHERE request_id = $1',
    values: [requestId],
  });
  return row;
};
const sweep = () =>
  createSweeper({
    ...world,
    workflows: { isOpen: () => Promise.resolve(false) },
    olderThanMs: 0,
    onError: (error) => {
      throw error;
    },
  }).sweepOnce();

describe('a request by an own account', () => {
  it('holds the most that the others could charge, and is charged nothing where the own one serves', async () => {
    const organizationId = await world.organization(5_000_000n);
    const credentialId = await ownOf(organizationId);
    const request = world.request({ organizationId });
    const planned = await world.ledger.planAndReserve(request);
    expect(planned).toMatchObject({
      status: 'reserved',
      candidates: [way(credentialId), way()],
      heldNanoUsd: '2000000',
    });
    await attempt(request, { credentialId, isOwn: true, chargeNanoUsd: '0' });
    expect(await world.ledger.settle({ request, attempt: 1 })).toEqual({ state: 'settled', chargedNanoUsd: '0' });
    const account = { credits_posted: 5_000_000n, debits_posted: 0n, debits_pending: 0n };
    expect(await world.account(organizationId)).toEqual(account);
    const recorded = { cost: 0n, upstream_cost: 300_000n, is_byok: true, credential_id: credentialId };
    expect(await usageOf(request)).toEqual(recorded);
  });

  it("is charged where the operator's served after all", async () => {
    const organizationId = await world.organization(5_000_000n);
    await ownOf(organizationId);
    const request = world.request({ organizationId });
    await world.ledger.planAndReserve(request);
    await attempt(request, {});
    expect(await world.ledger.settle({ request, attempt: 1 })).toMatchObject({ chargedNanoUsd: '300000' });
    expect(await usageOf(request)).toMatchObject({ cost: 300_000n, is_byok: false, credential_id: null });
  });

  it('costs the house nothing beyond its hold, which is none', async () => {
    const organizationId = await world.organization(5_000_000n);
    const credentialId = await ownOf(organizationId, 'never');
    const request = world.request({ organizationId });
    const planned = await world.ledger.planAndReserve(request);
    expect(planned).toMatchObject({ candidates: [way(credentialId)], heldNanoUsd: '0' });
    await attempt(request, { credentialId, isOwn: true, chargeNanoUsd: '0' }, 9_000_000n);
    await world.ledger.settle({ request, attempt: 1 });
    const overshoot = {
      text: 'SELECT overshoot FROM ledger.resolutions WHERE request_id = $1',
      values: [request.requestId],
    };
    expect(await world.database.query(overshoot)).toEqual([{ overshoot: 0n }]);
  });

  it('goes through it alone where the funds cover no other, instead of being refused', async () => {
    const organizationId = await world.organization(1_000n);
    const credentialId = await ownOf(organizationId);
    const request = world.request({ organizationId });
    const route = { considered: 1, droppedBy: { budget: 1 } };
    const planned = { status: 'reserved', candidates: [way(credentialId)], heldNanoUsd: '0', route };
    expect(await world.ledger.planAndReserve(request)).toEqual(planned);
    // Once more, as after a lost confirmation.
    expect(await world.ledger.planAndReserve(request)).toEqual(planned);
    usable = [];
    const without = world.request({ organizationId });
    expect(await world.ledger.planAndReserve(without)).toMatchObject({ status: 'refused', code: 'insufficient_funds' });
  });

  it('is charged nothing where its sender died and it is settled at what had come', async () => {
    const organizationId = await world.organization(5_000_000n);
    const credentialId = await ownOf(organizationId);
    const request = world.request({ organizationId });
    await world.ledger.planAndReserve(request);
    const rows = createAttemptRows(world.database);
    await rows.claim(request.requestId, 1, way(credentialId), 'dead/1');
    await rows.renew(request.requestId, 1, 'dead/1', { units: { input: 250, output: 100 }, source: 'counted' });
    await world.database.query({
      text: `UPDATE requests.attempts SET lease_until = now() - interval '1 second' WHERE request_id = $1`,
      values: [request.requestId],
    });
    expect(await sweep()).toMatchObject({ settled: 1 });
    const recorded = { cost: 0n, upstream_cost: 350_000n, is_byok: true, credential_id: credentialId };
    expect(await usageOf(request)).toEqual(recorded);
  });

  it("cannot be made with another organisation's credential, whatever the plan says", async () => {
    const [organizationId, theirs] = [await world.organization(5_000_000n), await world.organization(0n)];
    const credentialId = await ownOf(theirs);
    usable = [];
    const request = world.request({ organizationId });
    await world.ledger.planAndReserve(request);
    const rows = createAttemptRows(world.database);
    expect(await rows.claim(request.requestId, 1, way(credentialId), 'test')).toEqual({ status: 'ended' });
    expect(await rows.exists(request.requestId, 1)).toBe(false);
    expect(await rows.claim(request.requestId, 1, way(), 'test')).toEqual({ status: 'mine' });
    await world.ledger.release({ request, failure: { class: 'cancelled' } });
  });
});
