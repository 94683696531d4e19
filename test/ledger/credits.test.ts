import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { sweepMoney } from '../../activities/ledger/sweep-money.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { heldNanoUsd } from './ledger-world.js';
import { createMoneyWorld, type MoneyWorld } from './money-world.js';

let world: MoneyWorld;
beforeAll(async () => {
  world = await createMoneyWorld();
});
afterAll(async () => {
  await world.setClock();
  expect(await audit(world.database)).toEqual([]);
  await world.close();
});

const movement = (key: string, amountNanoUsd: bigint) => ({
  key,
  amountNanoUsd: String(amountNanoUsd),
  reason: 'test',
});

async function available(organizationId: string): Promise<bigint> {
  const { credits_posted, debits_posted, debits_pending } = await world.account(organizationId);
  return credits_posted - debits_posted - debits_pending;
}

async function reserve(organizationId: string): Promise<RequestInput> {
  const request = world.request({ organizationId });
  expect(await world.ledger.planAndReserve(request)).toMatchObject({ status: 'reserved' });
  return request;
}

async function spend(organizationId: string, charge: bigint): Promise<RequestInput> {
  const request = await reserve(organizationId);
  await settle(request, charge);
  return request;
}

async function settle(request: RequestInput, charge: bigint): Promise<void> {
  await world.attempt(request, { chargeNanoUsd: String(charge) }, charge);
  await world.ledger.settle({ request, attempt: 1 });
}

describe('a movement', () => {
  it('under the same key moves money once, however many try at once', async () => {
    const organizationId = await world.organization(0n);
    const by = world.by(organizationId);
    const made = await Promise.all(Array.from({ length: 8 }, () => world.credits.grant(by, movement('welcome', 5n))));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await available(organizationId)).toBe(5n);
    const entries = await world.database.query({
      text: `SELECT 1 FROM audit.entries WHERE organization_id = $1 AND type = 'credit.granted'`,
      values: [organizationId],
    });
    expect(entries).toHaveLength(1);
  });

  it('is refused under a key that moved something else', async () => {
    const organizationId = await world.organization(0n);
    const by = world.by(organizationId);
    await world.credits.deposit(by, { ...movement('invoice-7', 5n), reference: 'R7' });
    const again = world.credits.deposit(by, { ...movement('invoice-7', 6n), reference: 'R7' });
    await expect(again).rejects.toMatchObject({ refusal: { code: 'transfer_exists', param: 'key' } });
    expect(await available(organizationId)).toBe(5n);
    // A key is one of its organisation and of its kind.
    await world.credits.grant(by, movement('invoice-7', 1n));
    const other = await world.organization(0n);
    await world.credits.deposit(world.by(other), { ...movement('invoice-7', 9n), reference: 'R7' });
    expect([await available(organizationId), await available(other)]).toEqual([6n, 9n]);
  });

  it('takes back what is free, all of it or nothing', async () => {
    const organizationId = await world.organization(heldNanoUsd + 10n);
    const by = world.by(organizationId);
    await reserve(organizationId);
    await expect(world.credits.adjust(by, movement('a', -11n))).rejects.toMatchObject({
      refusal: { code: 'insufficient_credit', param: 'amount_usd' },
    });
    const taken = await world.credits.adjust(by, movement('b', -10n));
    expect(taken).toMatchObject({ amountNanoUsd: '-10', counterpart: 'house:adjustments' });
    expect(await available(organizationId)).toBe(0n);
    await world.credits.adjust(by, movement('c', 3n));
    expect(await available(organizationId)).toBe(3n);
  });
});

describe('a refund', () => {
  it('gives back up to what the request was charged, over all refunds', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const by = world.by(organizationId);
    const { requestId } = await spend(organizationId, 100n);
    await world.credits.refund(by, { ...movement('r1', 60n), requestId });
    const beyond = world.credits.refund(by, { ...movement('r2', 41n), requestId });
    await expect(beyond).rejects.toMatchObject({ refusal: { code: 'refund_exceeds_charge' } });
    // Two that fit alone and not together: one is made.
    const both = await Promise.allSettled(
      ['r3', 'r4'].map((key) => world.credits.refund(by, { ...movement(key, 30n), requestId })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await available(organizationId)).toBe(heldNanoUsd - 10n);
    // The same again is the same, also when nothing more would fit.
    expect(await world.credits.refund(by, { ...movement('r1', 60n), requestId })).toMatchObject({ requestId });
  });

  it('is refused for a request of another organisation, or none', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const { requestId } = await spend(organizationId, 100n);
    const other = world.by(await world.organization(0n));
    for (const id of [requestId, 'req_none']) {
      const refund = world.credits.refund(other, { ...movement('r', 1n), requestId: id });
      await expect(refund).rejects.toMatchObject({ refusal: { code: 'request_not_charged', param: 'request_id' } });
    }
  });
});

describe('credit that expires', () => {
  const expiresAt = new Date('2030-01-01T00:00:00Z');
  const expire = async (): Promise<void> => {
    await world.setClock('2030-01-01T00:00:00Z');
    await sweepMoney(world.database);
    await world.setClock();
  };

  it('is used first, and what is left of it goes, once', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    await world.credits.grant(world.by(organizationId), { ...movement('promo', 1_000n), expiresAt });
    await spend(organizationId, 400n);
    await expire();
    expect(await available(organizationId)).toBe(heldNanoUsd);
    await expire();
    expect(await available(organizationId)).toBe(heldNanoUsd);
  });

  it('does not take what was spent before it was granted for its own', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    await spend(organizationId, 400n);
    await world.credits.grant(world.by(organizationId), { ...movement('promo', 1_000n), expiresAt });
    await expire();
    expect(await available(organizationId)).toBe(heldNanoUsd - 400n);
  });

  it('waits for what is held of it', async () => {
    const organizationId = await world.organization(0n);
    await world.credits.grant(world.by(organizationId), { ...movement('promo', heldNanoUsd + 5n), expiresAt });
    const request = await reserve(organizationId);
    await expire();
    expect(await world.account(organizationId)).toMatchObject({
      credits_posted: heldNanoUsd,
      debits_pending: heldNanoUsd,
    });
    await settle(request, 1n);
    await expire();
    expect(await world.account(organizationId)).toMatchObject({
      credits_posted: 1n,
      debits_posted: 1n,
      debits_pending: 0n,
    });
  });

  it('goes before credit that lasts when an amount is taken back', async () => {
    const organizationId = await world.organization(100n);
    const by = world.by(organizationId);
    await world.credits.grant(by, { ...movement('promo', 50n), expiresAt });
    await world.credits.adjust(by, movement('down', -60n));
    expect(await available(organizationId)).toBe(90n);
    await expire();
    expect(await available(organizationId)).toBe(40n);
  });
});

describe('the book of an account', () => {
  it('is read a page at a time, both ways', async () => {
    const organizationId = await world.organization(0n);
    const by = world.by(organizationId);
    for (const key of ['a', 'b', 'c']) await world.credits.grant(by, movement(key, 1n));
    const account = `credits:organization:${organizationId}`;
    const read = (query: object) =>
      world.credits.transfers(organizationId, account, { limit: 2, order: 'asc', ...query });
    const first = await read({});
    expect(first.data.map(({ key }) => key.split(':').at(-1))).toEqual(['a', 'b']);
    expect(first.hasMore).toBe(true);
    const rest = await read({ after: first.data[1]!.id });
    expect(rest).toMatchObject({ hasMore: false, data: [{ amountNanoUsd: '1', counterpart: 'house:grants' }] });
    expect((await read({ before: rest.data[0]!.id })).data).toEqual(first.data);
    await expect(read({ after: 'proj_1' })).rejects.toMatchObject({ refusal: { param: 'after' } });
    await expect(
      world.credits.transfers(await world.organization(0n), account, { limit: 2, order: 'asc' }),
    ).rejects.toMatchObject({ refusal: { code: 'account_not_found' } });
  });
});

describe('a wrong second attempt', () => {
  const ask = async (text: string): Promise<unknown> =>
    (await world.database.query<{ result: string }>({ text }))[0]!.result;

  it('is told what the first one was, and changes nothing', async () => {
    const organizationId = await world.organization(heldNanoUsd);
    const request = await reserve(organizationId);
    const hold = (amount: bigint) =>
      ask(`SELECT result FROM ledger.hold('${request.requestId}', '{organization:${organizationId}}', ${amount})`);
    const resolve = (charge: number) =>
      ask(`SELECT result FROM ledger.resolve('${request.requestId}', ${charge}, ${charge})`);
    expect(await hold(heldNanoUsd)).toBe('exists');
    expect(await hold(1n)).toBe('exists_with_different_amount');
    expect(await ask(`SELECT result FROM ledger.resolve('req_none', 1, 1)`)).toBe('hold_not_found');
    await settle(request, 5n);
    expect([await resolve(5), await resolve(0)]).toEqual(['already_posted', 'already_posted']);
    const released = world.request({ organizationId, demand: { ...request.demand, maxOutputTokens: 1 } });
    await world.ledger.planAndReserve(released);
    await world.ledger.release({ request: released });
    expect(await ask(`SELECT result FROM ledger.resolve('${released.requestId}', 1, 1)`)).toBe('already_voided');
    expect(await world.account(organizationId)).toMatchObject({ debits_posted: 5n, debits_pending: 0n });
  });
});
