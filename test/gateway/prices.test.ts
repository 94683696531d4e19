import { describe, expect, it } from 'vitest';
import { openaiModel, type Parsed, says, useWorld } from './world.js';

// Prices that the operator sets: what they cost from then on, in every process, and who may set them.

const world = useWorld({ beside: true });
const withinASecond = { timeout: 1_000, interval: 20 };
const path = '/v1/operator/prices';
const dear = { input: { usd: '1', per: 1_000 }, output: { usd: '2', per: 1_000 } };

const set = (body: object) => world.post(path, body, { apiKey: world.gateway.adminKey });
const setPrices = async (body: object): Promise<Parsed> => {
  const answer = await set({ offer_id: openaiModel, reason: 'agreed with the vendor', ...body });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body;
};
const modelAt = async (gateway = world.gateway): Promise<Parsed> =>
  (await world.get(`/v1/models/${openaiModel}`, { gateway })).body;
const cost = async (gateway = world.gateway): Promise<Parsed> =>
  (await world.ask({ model: openaiModel, messages: says('Hello'), max_tokens: 20 }, { gateway })).body.usage;

describe('prices that the operator sets', () => {
  it('count in every process within a second, and end when they are taken back', async () => {
    const before = await modelAt();
    expect(before.pricing_source).toHaveProperty('url');
    const entry = await setPrices({ prices: dear });
    expect(entry).toMatchObject({ offer_id: openaiModel, prices: dear, set_by: { key_id: expect.any(String) } });
    for (const gateway of [world.gateway, world.other]) {
      await expect.poll(async () => (await modelAt(gateway)).prices, withinASecond).toEqual(dear);
      expect((await modelAt(gateway)).pricing_source).toMatchObject({ set_by: 'operator' });
      const { prompt_tokens: input, completion_tokens: output, cost: usd } = await cost(gateway);
      expect(usd).toBeCloseTo((input + 2 * output) / 1_000, 9);
    }
    await setPrices({ prices: null, reason: 'the agreement ended' });
    await expect.poll(() => modelAt(world.other), withinASecond).toEqual(before);
    const { data } = (await world.get(`${path}?offer_id=${openaiModel}`, { apiKey: world.gateway.adminKey })).body;
    expect(data.slice(-2)).toMatchObject([{ prices: dear }, { prices: null, reason: 'the agreement ended' }]);
  });

  it('can be planned: nothing changes before their time', async () => {
    const before = await modelAt();
    const later = Math.floor(Date.now() / 1_000) + 3_600;
    expect(await setPrices({ prices: dear, effective_from: later })).toMatchObject({ effective_from: later });
    await setPrices({ prices: null, reason: 'a sign that all was heard' });
    expect(await modelAt()).toEqual(before);
  });

  it('are written down with who set them', async () => {
    await setPrices({ prices: dear });
    await setPrices({ prices: null });
    const log = (await world.get('/v1/organization/audit_logs?event_types[]=price.updated', {
      apiKey: world.gateway.adminKey,
    })) as Parsed;
    expect(log.body.data[0]).toMatchObject({
      type: 'price.updated',
      'price.updated': { id: openaiModel },
    });
  });

  it.each([
    ['a negative price', { prices: { ...dear, input: { usd: '-1', per: 1 } } }, 'prices.input.usd'],
    ['no number', { prices: { ...dear, input: { usd: 'NaN', per: 1 } } }, 'prices.input.usd'],
    ['a double', { prices: { ...dear, input: { usd: 0.1, per: 1 } } }, 'prices.input.usd'],
    ['a price for nothing', { prices: { ...dear, input: { usd: '1', per: 0 } } }, 'prices.input.per'],
    ['an unknown unit', { prices: { ...dear, inputs: { usd: '1', per: 1 } } }, 'prices'],
    ['one side only', { prices: { input: dear.input } }, 'prices'],
    ['nothing at all', { prices: {} }, 'prices'],
    ['no prices', {}, 'prices'],
    ['no reason', { prices: dear, reason: ' ' }, 'reason'],
    ['a time that is past', { prices: dear, effective_from: 1_700_000_000 }, 'effective_from'],
  ])('are refused for %s, with the place of it', async (_, body, param) => {
    const answer = await set({ offer_id: openaiModel, reason: 'a test', ...body });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
    expect(answer.body.error.param).toMatch(new RegExp(`^${param}`));
  });

  it('are refused for a model that there is not, with the nearest', async () => {
    const answer = await set({ offer_id: 'openai/gpt-4o-minni', prices: dear, reason: 'a test' });
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'model_not_found', param: 'offer_id' } } });
    expect(answer.body.error.message).toContain(openaiModel);
  });

  it('cannot be changed afterwards, not even in the database', async () => {
    await setPrices({ prices: null });
    for (const text of ['DELETE FROM catalogue.price_overrides', `UPDATE catalogue.price_overrides SET reason = ''`]) {
      await expect(world.database.query({ text })).rejects.toThrow(/stay in the history/);
    }
  });
});

describe('the operator', () => {
  it('is the first organisation, and no owner of another one may see or set prices', async () => {
    const operators = await world.database.query({ text: 'SELECT id FROM tenancy.organizations WHERE is_operator' });
    expect(operators).toEqual([{ id: 'org_local' }]);
    await world.database.query({ text: `INSERT INTO tenancy.organizations (id, name) VALUES ('org_other', 'Other')` });
    await world.database.query({
      text: `UPDATE tenancy.api_keys SET organization_id = 'org_other' WHERE id = 'key_local_admin'`,
    });
    await expect.poll(async () => (await set({})).body.error?.code, withinASecond).toBe('permission_denied');
    const refused = await world.get(path, { apiKey: world.gateway.adminKey });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'permission_denied' } } });
  });
});
