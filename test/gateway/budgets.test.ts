import { describe, expect, it } from 'vitest';
import { openaiModel, type Parsed, says, useWorld } from './world.js';

// Budgets and credits as an administrator sets them and as callers meet them.

const world = useWorld();
const budgets = '/v1/organization/budgets';
const credits = '/v1/organization/credits';

const admin = () => ({ apiKey: world.gateway.adminKey });
const send = (path: string, body: unknown) => world.post(path, body, admin());
const monthly = (changes: object = {}) => ({
  name: 'Monthly',
  scope: { type: 'organization' },
  amount_usd: '0.5',
  window: { kind: 'month', time_zone: 'Europe/Berlin' },
  ...changes,
});

async function withoutBudget(made: Parsed): Promise<void> {
  const response = await fetch(`${world.gateway.origin}${budgets}/${made.id}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${world.gateway.adminKey}` },
  });
  expect(response.status).toBe(200);
}

describe('a budget', () => {
  it('of a project in a window refuses what would pass it, and lets it through once it is raised', async () => {
    const { id, apiKey } = await world.createProject();
    const made = (await send(budgets, monthly({ scope: { type: 'project', id }, amount_usd: '0.00001' }))).body;
    expect(made).toMatchObject({
      object: 'organization.budget',
      enforcement: 'hard',
      current: { spent_usd: '0', held_usd: '0', available_usd: '0.00001' },
    });
    const asking = () =>
      world.ask({ model: openaiModel, messages: says('Hello'), max_completion_tokens: 100 }, { apiKey });
    expect(await asking()).toMatchObject({ status: 402, body: { error: { code: 'insufficient_funds' } } });
    await send(`${budgets}/${made.id}`, { amount_usd: '0.4' });
    const answer = await asking();
    expect(answer.status).toBe(200);
    await world.settled();
    const { body } = await world.get(`${budgets}/${made.id}`, admin());
    expect(body).toMatchObject({ amount_usd: '0.4', current: { held_usd: '0' } });
    expect(Number(body.current.spent_usd)).toBe(answer.body.usage.cost);
    // The project's figures are on the list of balances too.
    const balances = (await world.get('/v1/organization/balances', admin())).body.data;
    expect(balances.map(({ scope }: Parsed) => scope)).toContain(`project:${id}`);
  });

  it('of a model is held by that model alone', async () => {
    const { apiKey } = await world.createProject();
    const scope = { type: 'model', id: openaiModel };
    const made = (await send(budgets, monthly({ scope, amount_usd: '0', window: { kind: 'total' } }))).body;
    const asking = (model: string) => world.ask({ model, messages: says('Hello') }, { apiKey });
    expect((await asking(openaiModel)).status).toBe(402);
    expect((await asking('anthropic/claude-haiku-4-5')).status).toBe(200);
    await withoutBudget(made);
    expect((await asking(openaiModel)).status).toBe(200);
  });

  it.each<[string, object, string | null]>([
    ['a negative amount', { amount_usd: '-1' }, 'amount_usd'],
    ['a tenth decimal', { amount_usd: '0.0000000001' }, 'amount_usd'],
    ['an enormous amount', { amount_usd: '1e30' }, 'amount_usd'],
    ['ten digits of dollars', { amount_usd: '1234567890' }, 'amount_usd'],
    ['a number', { amount_usd: 5 }, 'amount_usd'],
    ['words', { amount_usd: 'much' }, 'amount_usd'],
    ['another currency', { currency: 'EUR' }, 'currency'],
    ['an unknown window', { window: { kind: 'fortnight' } }, 'window.kind'],
    ['an unknown time zone', { window: { kind: 'day', time_zone: 'Mars/Olympus' } }, 'window.time_zone'],
    ['a window that ends before it begins', { window: { kind: 'fixed', starts_at: 9, ends_at: 8 } }, 'window.ends_at'],
    ['a window without bounds', { window: { kind: 'fixed' } }, 'window.starts_at'],
    ['an unknown scope', { scope: { type: 'planet', id: 'x' } }, 'scope.type'],
    ['a threshold of 0', { thresholds: [0] }, 'thresholds[0]'],
  ])('is refused with %s, and nothing is made', async (_name, changes, param) => {
    const before = (await world.get(budgets, admin())).body.data.length;
    expect(await send(budgets, monthly(changes))).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request', param } },
    });
    expect((await world.get(budgets, admin())).body.data).toHaveLength(before);
  });

  it('of what is not there is 404, and a stale cursor is 400', async () => {
    expect(await send(budgets, monthly({ scope: { type: 'project', id: 'proj_nobody' } }))).toMatchObject({
      status: 404,
      body: { error: { code: 'scope_not_found', param: 'scope.id' } },
    });
    expect(await world.get(`${budgets}/budget_nobody`, admin())).toMatchObject({ status: 404 });
    expect(await world.get(`${budgets}?after=budget_nobody`, admin())).toMatchObject({
      status: 400,
      body: { error: { param: 'after' } },
    });
  });
});

describe('credit', () => {
  it('is granted, corrected and given back, each movement once', async () => {
    const grant = { key: 'welcome', amount_usd: '0.25', reason: 'Welcome' };
    const first = await send(`${credits}/grants`, grant);
    expect(first).toMatchObject({ status: 200, body: { amount_usd: '0.25', counterpart: 'house:grants' } });
    expect((await send(`${credits}/grants`, grant)).body).toEqual(first.body);
    expect(await send(`${credits}/grants`, { ...grant, amount_usd: '0.26' })).toMatchObject({
      status: 409,
      body: { error: { code: 'transfer_exists', param: 'key' } },
    });
    expect(await send(`${credits}/adjustments`, { key: 'down', amount_usd: '-0.25', reason: 'Mistake' })).toMatchObject(
      {
        status: 200,
        body: { amount_usd: '-0.25' },
      },
    );
    const answer = await world.ask({ model: openaiModel, messages: says('Hello') });
    await world.settled();
    const refund = { key: 'sorry', amount_usd: '0.000000001', reason: 'Sorry', request_id: answer.requestId };
    expect((await send(`${credits}/refunds`, refund)).body).toMatchObject({ request_id: answer.requestId });
    const beyond = await send(`${credits}/refunds`, { ...refund, key: 'more', amount_usd: '1' });
    expect(beyond).toMatchObject({ status: 409, body: { error: { code: 'refund_exceeds_charge' } } });

    const account = encodeURIComponent('credits:organization:org_local');
    const { body } = await world.get(`/v1/organization/accounts/${account}/transfers?order=desc&limit=4`, admin());
    expect(body.data.map(({ counterpart }: Parsed) => counterpart)).toEqual([
      ...['house:refunds', 'house:revenue', 'house:adjustments', 'house:grants'],
    ]);
  });

  it.each<[string, object, string]>([
    ['nothing', { amount_usd: '0' }, 'amount_usd'],
    ['less than nothing', { amount_usd: '-1' }, 'amount_usd'],
    ['no reason', { reason: '' }, 'reason'],
    ['a key with spaces', { key: 'a b' }, 'key'],
  ])('is not granted for %s', async (_name, changes, param) => {
    const grant = { key: 'k', amount_usd: '1', reason: 'r', ...changes };
    expect(await send(`${credits}/grants`, grant)).toMatchObject({ status: 400, body: { error: { param } } });
  });
});
