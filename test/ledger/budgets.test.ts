import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { sweepMoney } from '../../activities/ledger/sweep-money.js';
import type { BudgetScope, BudgetWindow, NewBudget } from '../../workflows/contracts/budgets.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { freeOffer, heldNanoUsd, offer } from './ledger-world.js';
import { budget, createMoneyWorld, type MoneyWorld } from './money-world.js';

// A call of these tests holds 2,000,000 and, where it is settled, is charged 300,000.

let world: MoneyWorld;
beforeAll(async () => {
  world = await createMoneyWorld();
});
afterAll(async () => {
  expect(await audit(world.database)).toEqual([]);
  await world.close();
});

const rich = (): Promise<string> => world.organization(1_000_000_000n);

async function reserve(overrides: Partial<RequestInput>): Promise<RequestInput & { readonly status: string }> {
  const request = world.request(overrides);
  const { status } = await world.ledger.planAndReserve(request);
  return { ...request, status };
}

async function settle(request: RequestInput, charge = 300_000n): Promise<void> {
  await world.attempt(request, { chargeNanoUsd: String(charge) }, charge);
  await world.ledger.settle({ request, attempt: 1 });
}

const current = async (organizationId: string, id: string) => (await world.budgets.get(organizationId, id)).current;

describe('a hard budget', () => {
  it.each<[BudgetScope['type'], (ids: Record<'team' | 'project' | 'user' | 'key', string>) => BudgetScope]>([
    ['organization', () => ({ type: 'organization' })],
    ['team', ({ team }) => ({ type: 'team', id: team })],
    ['project', ({ project }) => ({ type: 'project', id: project })],
    ['user', ({ user }) => ({ type: 'user', id: user })],
    ['key', ({ key }) => ({ type: 'key', id: key })],
    ['model', () => ({ type: 'model', id: offer.id })],
  ])('of a scope of type %s lets through what fits and refuses the rest', async (_type, scopeOf) => {
    const organizationId = await rich();
    const ids = await tenantsOf(organizationId);
    await world.budgets.create(world.by(organizationId), budget({ scope: scopeOf(ids) }));
    const caller = {
      ...{ organizationId, projectId: ids.project, keyId: ids.key, userId: ids.user },
      teamIds: ['team_nearer', ids.team],
    };
    const requests = [await reserve(caller), await reserve(caller), await reserve(caller)];
    expect(requests.map(({ status }) => status)).toEqual(['reserved', 'reserved', 'refused']);
    // What was not used of the first one is free again.
    await settle(requests[0]!);
    expect([(await reserve(caller)).status, (await reserve(caller)).status]).toEqual(['reserved', 'refused']);
    // Nobody else's requests count.
    const other = { ...caller, organizationId: await rich() };
    expect((await reserve({ ...other, projectId: 'p', keyId: 'k', userId: 'u', teamIds: [] })).status).toBe('reserved');
  });

  it('of a model holds for each model that may answer, and is charged for the one that does', async () => {
    const organizationId = await rich();
    const by = world.by(organizationId);
    const dear = await world.budgets.create(by, budget({ scope: { type: 'model', id: offer.id } }));
    const free = await world.budgets.create(by, budget({ scope: { type: 'model', id: freeOffer.id } }));
    const request = await reserve({ organizationId, models: [freeOffer.id, offer.id] });
    expect(await current(organizationId, free.id)).toMatchObject({ heldNanoUsd: String(heldNanoUsd) });
    await settle(request);
    expect(await current(organizationId, dear.id)).toMatchObject({ spentNanoUsd: '300000', heldNanoUsd: '0' });
    expect(await current(organizationId, free.id)).toMatchObject({ spentNanoUsd: '0', heldNanoUsd: '0' });
  });

  it('of 0 lets free calls through', async () => {
    const organizationId = await rich();
    await world.budgets.create(world.by(organizationId), budget({ amountNanoUsd: '0' }));
    expect((await reserve({ organizationId })).status).toBe('refused');
    expect((await reserve({ organizationId, models: [freeOffer.id] })).status).toBe('reserved');
  });

  it('is never passed by many at once, in several processes', async () => {
    const organizationId = await rich();
    const made = await world.budgets.create(
      world.by(organizationId),
      budget({ amountNanoUsd: String(7n * heldNanoUsd) }),
    );
    const processes = [world.ledger, world.otherProcess('here'), world.otherProcess('here')];
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) => processes[index % 3]!.planAndReserve(world.request({ organizationId }))),
    );
    expect(results.filter(({ status }) => status === 'reserved')).toHaveLength(7);
    expect(await current(organizationId, made.id)).toMatchObject({ heldNanoUsd: String(7n * heldNanoUsd) });
  });

  it('that is raised lets more through at once; one that is lowered below what it holds lets nothing back in', async () => {
    const organizationId = await rich();
    const by = world.by(organizationId);
    const { id } = await world.budgets.create(by, budget({ amountNanoUsd: String(heldNanoUsd) }));
    const first = await reserve({ organizationId });
    expect((await reserve({ organizationId })).status).toBe('refused');
    await world.budgets.modify(by, id, { amountNanoUsd: String(2n * heldNanoUsd) });
    const second = await reserve({ organizationId });
    expect(second.status).toBe('reserved');
    const lowered = await world.budgets.modify(by, id, { amountNanoUsd: String(heldNanoUsd) });
    expect(lowered.current).toMatchObject({ availableNanoUsd: String(-heldNanoUsd) });
    // Of two holds one is freed: without the ceiling there would be room for another.
    await settle(first, 1n);
    expect((await reserve({ organizationId })).status).toBe('refused');
    await settle(second, 1n);
    expect((await reserve({ organizationId })).status).toBe('refused');
    await world.budgets.modify(by, id, { amountNanoUsd: String(heldNanoUsd + 2n) });
    expect((await reserve({ organizationId })).status).toBe('reserved');
  });

  it('that is closed limits no later request, and those under way end in it', async () => {
    const organizationId = await rich();
    const by = world.by(organizationId);
    const { id } = await world.budgets.create(by, budget({ amountNanoUsd: String(heldNanoUsd) }));
    const request = await reserve({ organizationId });
    const closed = await world.budgets.close(by, id);
    expect(closed).toMatchObject({ closedAt: expect.any(String) });
    expect((await reserve({ organizationId })).status).toBe('reserved');
    await settle(request);
    await expect(world.budgets.modify(by, id, { name: 'x' })).rejects.toMatchObject({
      refusal: { code: 'budget_not_found' },
    });
  });
});

describe('a budget that only warns', () => {
  it('counts beyond its amount, refuses nothing, and covers nothing', async () => {
    const organizationId = await rich();
    const warning = budget({ enforcement: 'warn', amountNanoUsd: '400000', thresholds: [50, 100, 150] });
    const { id } = await world.budgets.create(world.by(organizationId), warning);
    for (let times = 0; times < 2; times += 1) await settle(await reserve({ organizationId }));
    expect(await current(organizationId, id)).toMatchObject({ spentNanoUsd: '600000', availableNanoUsd: '-200000' });
    expect((await world.events(organizationId)).map(({ type, payload }) => [type, payload['percent']])).toEqual([
      ['budget.threshold_reached', 50],
      ['budget.threshold_reached', 100],
      ['budget.threshold_reached', 150],
    ]);
    // Without credit there is no money, whatever is counted.
    const poor = `${organizationId}_poor`;
    await world.database.query({
      text: 'INSERT INTO tenancy.organizations (id, name) VALUES ($1, $1)',
      values: [poor],
    });
    await world.budgets.create(world.by(poor), warning);
    expect((await reserve({ organizationId: poor })).status).toBe('refused');
  });
});

describe('events', () => {
  it('are written once for a threshold and amount, and once for the first refusal', async () => {
    const organizationId = await rich();
    const by = world.by(organizationId);
    const { id } = await world.budgets.create(by, budget({ amountNanoUsd: '2500000', thresholds: [10, 90] }));
    await settle(await reserve({ organizationId }), 300_000n);
    await settle(await reserve({ organizationId }), 300_000n);
    for (let times = 0; times < 2; times += 1) expect((await reserve({ organizationId })).status).toBe('refused');
    const events = await world.events(organizationId);
    expect(events.map(({ type }) => type)).toEqual(['budget.threshold_reached', 'budget.exhausted']);
    expect(events[0]!.payload).toMatchObject({
      ...{ budgetId: id, percent: 10, amountNanoUsd: '2500000', spentNanoUsd: '300000' },
      scope: `organization:${organizationId}`,
    });
    // Another amount is another threshold.
    await world.budgets.modify(by, id, { amountNanoUsd: '4000000' });
    await settle(await reserve({ organizationId }), 300_000n);
    expect((await world.events(organizationId)).map(({ type }) => type)).toEqual([
      ...['budget.threshold_reached', 'budget.exhausted', 'budget.threshold_reached'],
    ]);
  });
});

describe('windows', () => {
  const windowed = (window: BudgetWindow): NewBudget => budget({ window, amountNanoUsd: String(heldNanoUsd) });

  it.each<[string, BudgetWindow, string, string, string]>([
    ['a day', { kind: 'day', timeZone: 'UTC' }, '2026-03-10T23:59:59Z', '2026-03-10T00:00Z', '2026-03-11T00:00Z'],
    [
      'a day elsewhere',
      { kind: 'day', timeZone: 'Asia/Tokyo' },
      '2026-03-10T16:00:00Z',
      '2026-03-10T15:00Z',
      '2026-03-11T15:00Z',
    ],
    [
      'a day of 23 hours',
      { kind: 'day', timeZone: 'Europe/Berlin' },
      '2026-03-29T12:00:00Z',
      '2026-03-28T23:00Z',
      '2026-03-29T22:00Z',
    ],
    [
      'a day of 25 hours',
      { kind: 'day', timeZone: 'Europe/Berlin' },
      '2026-10-25T12:00:00Z',
      '2026-10-24T22:00Z',
      '2026-10-25T23:00Z',
    ],
    [
      'a week, from Monday',
      { kind: 'week', timeZone: 'UTC' },
      '2026-03-15T23:00:00Z',
      '2026-03-09T00:00Z',
      '2026-03-16T00:00Z',
    ],
    [
      'a month',
      { kind: 'month', timeZone: 'America/New_York' },
      '2026-02-28T12:00:00Z',
      '2026-02-01T05:00Z',
      '2026-03-01T05:00Z',
    ],
  ])('%s', async (_name, window, now, start, end) => {
    await world.setClock(now);
    const organizationId = await rich();
    const { id } = await world.budgets.create(world.by(organizationId), windowed(window));
    expect(await current(organizationId, id)).toMatchObject({
      startsAt: new Date(start).toISOString(),
      endsAt: new Date(end).toISOString(),
    });
    await world.setClock();
  });

  it('begin anew, and a hold of the last one is resolved in it', async () => {
    await world.setClock('2026-03-31T23:59:59Z');
    const organizationId = await rich();
    const { id } = await world.budgets.create(world.by(organizationId), windowed({ kind: 'month', timeZone: 'UTC' }));
    const late = await reserve({ organizationId });
    expect((await reserve({ organizationId })).status).toBe('refused');
    await world.setClock('2026-04-01T00:00:00Z');
    await sweepMoney(world.database);
    const early = await reserve({ organizationId });
    expect([late.status, early.status]).toEqual(['reserved', 'reserved']);
    await settle(late);
    expect(await current(organizationId, id)).toMatchObject({ spentNanoUsd: '0', heldNanoUsd: String(heldNanoUsd) });
    await settle(early, 7n);
    expect(await current(organizationId, id)).toMatchObject({ spentNanoUsd: '7', heldNanoUsd: '0' });
    await world.setClock();
  });

  it('are opened once by many requests at the same moment', async () => {
    await world.setClock('2026-05-05T00:00:00Z');
    const organizationId = await rich();
    for (const kind of ['day', 'week', 'month'] as const)
      await world.budgets.create(world.by(organizationId), windowed({ kind, timeZone: 'UTC' }));
    const requests = await Promise.all(Array.from({ length: 12 }, () => reserve({ organizationId })));
    expect(requests.filter(({ status }) => status === 'reserved')).toHaveLength(1);
    await world.setClock();
  });

  it('that are fixed hold in their time only', async () => {
    const window = { kind: 'fixed', startsAt: '2026-06-01T00:00:00Z', endsAt: '2026-07-01T00:00:00Z' } as const;
    await world.setClock('2026-05-31T23:59:59Z');
    const organizationId = await rich();
    const { id } = await world.budgets.create(world.by(organizationId), { ...windowed(window), amountNanoUsd: '0' });
    expect(await current(organizationId, id)).toBeUndefined();
    expect((await reserve({ organizationId })).status).toBe('reserved');
    await world.setClock('2026-06-01T00:00:00Z');
    expect((await reserve({ organizationId })).status).toBe('refused');
    await world.setClock('2026-07-01T00:00:00Z');
    expect((await reserve({ organizationId })).status).toBe('reserved');
    await world.setClock();
  });
});

describe('bad input', () => {
  it.each<[string, Partial<NewBudget>, string]>([
    ['an unknown time zone', { window: { kind: 'day', timeZone: 'Mars/Olympus' } }, 'invalid_request'],
    ['a project of nobody', { scope: { type: 'project', id: 'proj_nobody' } }, 'scope_not_found'],
    ['a key of nobody', { scope: { type: 'key', id: 'key_nobody' } }, 'scope_not_found'],
  ])('%s', async (_name, changes, code) => {
    const organizationId = await rich();
    await expect(world.budgets.create(world.by(organizationId), budget(changes))).rejects.toMatchObject({
      refusal: { code },
    });
    expect((await world.budgets.list(organizationId, { limit: 10, order: 'asc' })).data).toEqual([]);
  });

  it('another organisation’s budget is as unknown as none', async () => {
    const [mine, theirs] = [await rich(), await rich()];
    const { id } = await world.budgets.create(world.by(theirs), budget());
    const unknown = { refusal: { code: 'budget_not_found' } };
    await expect(world.budgets.get(mine, id)).rejects.toMatchObject(unknown);
    await expect(world.budgets.modify(world.by(mine), id, { amountNanoUsd: '1' })).rejects.toMatchObject(unknown);
    await expect(world.budgets.close(world.by(mine), id)).rejects.toMatchObject(unknown);
    expect(await world.budgets.get(theirs, id)).toMatchObject({ amountNanoUsd: '5000000' });
  });
});

async function tenantsOf(organizationId: string): Promise<Record<'team' | 'project' | 'user' | 'key', string>> {
  const suffix = organizationId.slice(4);
  const ids = { team: `team_${suffix}`, project: `proj_${suffix}`, user: `user_${suffix}`, key: `key_${suffix}` };
  const insert = (text: string, ...values: readonly string[]) => world.database.query({ text, values });
  await insert(`INSERT INTO tenancy.teams (id, organization_id, name) VALUES ($1, $2, 'T')`, ids.team, organizationId);
  await insert(
    `INSERT INTO tenancy.projects (id, organization_id, name) VALUES ($1, $2, 'P')`,
    ids.project,
    organizationId,
  );
  await insert(
    `INSERT INTO tenancy.users (id, organization_id, email, name, role) VALUES ($1, $2, 'a@example.com', 'A', 'member')`,
    ...[ids.user, organizationId],
  );
  await insert(
    `INSERT INTO tenancy.api_keys (id, organization_id, project_id, kind, name, hash, hint)
     VALUES ($1, $2, $3, 'inference', 'K', sha256(convert_to($1, 'UTF8')), '…')`,
    ...[ids.key, organizationId, ids.project],
  );
  return ids;
}
