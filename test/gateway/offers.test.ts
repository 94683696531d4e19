import { describe, expect, it } from 'vitest';
import { openaiModel, type Parsed, says, useWorld } from './world.js';

// Offers that the operator adds, changes and disables: what they are from then on, in every process.

const world = useWorld({ beside: true });
const withinASecond = { timeout: 1_000, interval: 20 };
const path = '/v1/operator/offers';
const at = (id: string, rest = ''): string => `${path}/${encodeURIComponent(id)}${rest}`;
const cheap = { input: { usd: '1', per: 1_000_000 }, output: { usd: '2', per: 1_000_000 } };
const limits = { context_window: 32_000, max_output_tokens: 4_000 };
const admin = () => ({ apiKey: world.gateway.adminKey });

const send = (to: string, body: object) => world.post(to, { reason: 'a test', ...body }, admin());
const sent = async (to: string, body: object): Promise<Parsed> => {
  const answer = await send(to, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body;
};
const create = (id: string, body: object = {}) => sent(path, { id, ...limits, prices: cheap, ...body });
const shown = async (id: string, gateway = world.gateway): Promise<Parsed> =>
  (await world.get(`/v1/models/${id}`, { gateway })).body;
const ask = async (model: string, gateway = world.gateway): Promise<Parsed> =>
  (await world.ask({ model, messages: says('Hello'), max_tokens: 20 }, { gateway })).body;

describe('an offer that the operator adds', () => {
  it('is served at its prices in every process within a second', async () => {
    const added = await create('openai/gpt-own', { aliases: ['own'], model: 'acme/own', capabilities: ['tools'] });
    expect(added).toMatchObject({
      ...{ id: 'openai/gpt-own', vendor: 'openai', origin: 'operator', callable: true, disabled: false, problem: null },
      offer: { ...limits, vendor_model: 'gpt-own', prices: cheap, pricing_source: { set_by: 'operator' } },
    });
    for (const gateway of [world.gateway, world.other]) {
      await expect.poll(() => shown('own', gateway), withinASecond).toMatchObject({ id: 'openai/gpt-own', ...limits });
      const { usage } = await ask('own', gateway);
      expect(usage.cost).toBeCloseTo((usage.prompt_tokens + 2 * usage.completion_tokens) / 1e6, 9);
    }
  });

  it('takes prices that are set for it as any other does', async () => {
    await create('openai/gpt-priced');
    const dear = { input: { usd: '1', per: 1_000 }, output: { usd: '2', per: 1_000 } };
    await sent('/v1/operator/prices', { offer_id: 'openai/gpt-priced', prices: dear });
    await expect.poll(async () => (await shown('openai/gpt-priced')).prices, withinASecond).toEqual(dear);
    expect((await world.get(at('openai/gpt-priced'), admin())).body.offer.prices).toEqual(dear);
  });

  it('of a vendor that is not configured is kept, and not sold', async () => {
    const added = await create('mistral/own-large');
    expect(added).toMatchObject({ callable: false, problem: null });
    await create('openai/after-mistral');
    await expect.poll(() => shown('openai/after-mistral'), withinASecond).toMatchObject({ object: 'model' });
    expect((await ask('mistral/own-large')).error.code).toBe('model_not_found');
    const { data } = (await world.get(`${path}?vendor=mistral&callable=false&origin=operator`, admin())).body;
    expect(data).toMatchObject([{ id: 'mistral/own-large' }]);
  });
});

describe('an offer of the catalogue', () => {
  it('is as the operator says, field by field, until that is taken back', async () => {
    const before = await shown(openaiModel);
    const first = await sent(at(openaiModel), { max_output_tokens: 1_000, deprecated_on: '2030-01-01' });
    expect(first).toMatchObject({ changed: ['deprecated_on', 'max_output_tokens'], origin: 'catalogue' });
    await sent(at(openaiModel), { capabilities: ['tools'], reset: ['deprecated_on'] });
    await expect
      .poll(() => shown(openaiModel, world.other), withinASecond)
      .toEqual(
        expect.objectContaining({
          max_output_tokens: 1_000,
          capabilities: ['tools'],
          expiration_date: before.expiration_date,
        }),
      );
    expect((await shown(openaiModel)).prices).toEqual(before.prices);
    expect(await sent(at(openaiModel, '/restore'), {})).toMatchObject({ changed: [], origin: 'catalogue' });
    await expect.poll(() => shown(openaiModel, world.other), withinASecond).toEqual(before);
    const { data } = (await world.get(at(openaiModel, '/history'), admin())).body;
    expect(data.slice(-3)).toMatchObject([
      { fields: { max_output_tokens: 1_000, deprecated_on: '2030-01-01' }, reason: 'a test' },
      { fields: { max_output_tokens: 1_000, capabilities: ['tools'] } },
      { fields: null },
    ]);
  });

  it('is neither listed nor planned while it is disabled', async () => {
    const disabled = await world.delete(`${at('openai/gpt-4.1-mini')}?reason=too%20small`, admin());
    expect(disabled).toMatchObject({ status: 200, body: { disabled: true, callable: false } });
    await expect
      .poll(async () => (await shown('openai/gpt-4.1-mini', world.other)).error?.code, withinASecond)
      .toBe('model_not_found');
    expect((await ask('openai/gpt-4.1-mini', world.other)).error.code).toBe('model_not_found');
    const { data } = (await world.get(`${path}?disabled=true`, admin())).body;
    expect(data).toMatchObject([{ id: 'openai/gpt-4.1-mini' }]);
    await sent(at('openai/gpt-4.1-mini', '/restore'), {});
    await expect.poll(() => shown('openai/gpt-4.1-mini'), withinASecond).toMatchObject({ object: 'model' });
  });

  it('can be changed from a time on, and nothing changes before it', async () => {
    const later = Math.floor(Date.now() / 1_000) + 3_600;
    await sent(at('openai/gpt-4.1'), { max_output_tokens: 7, effective_from: later });
    await create('openai/after-planned');
    await expect.poll(() => shown('openai/after-planned'), withinASecond).toMatchObject({ object: 'model' });
    expect((await shown('openai/gpt-4.1')).max_output_tokens).toBeGreaterThan(7);
  });

  it('keeps a request that was planned before to what it was planned with', async () => {
    await create('openai/gpt-frozen');
    await expect.poll(() => shown('openai/gpt-frozen'), withinASecond).toMatchObject({ object: 'model' });
    const held = { behaviour: 'hold', afterEvents: 3 } as const;
    const body = { model: 'openai/gpt-frozen', messages: says('Hello', held), max_tokens: 20 };
    const asked = await world.stream({ ...body, stream_options: { include_usage: true } });
    await sent(at('openai/gpt-frozen'), { prices: { input: { usd: '1', per: 1 }, output: { usd: '1', per: 1 } } });
    await expect.poll(async () => (await shown('openai/gpt-frozen')).prices.input.per, withinASecond).toBe(1);
    await world.vendor.release('all');
    await asked.rest();
    const { charged } = await world.ended(asked.requestId);
    expect(Number(charged)).toBeGreaterThan(0);
    expect(Number(charged)).toBeLessThan(1_000_000);
  });
});

describe('an offer', () => {
  it.each([
    ['a negative price', { prices: { ...cheap, input: { usd: '-1', per: 1 } } }, 'prices.input.usd'],
    ['one side only', { prices: { input: cheap.input } }, 'prices'],
    ['no room', { context_window: 0 }, 'context_window'],
    ['an unknown capability', { capabilities: ['flying'] }, 'capabilities[0]'],
    ['more output than room', { max_output_tokens: 64_000 }, 'max_output_tokens'],
    ['an alias of another model', { aliases: ['fine', 'gpt-4o-mini'] }, 'aliases[1]'],
    ['an alias of the same vendor', { aliases: ['GPT-4o'], model: 'openai/gpt-4o' }, 'aliases[0]'],
    [
      'a cheaper step',
      { long_context: { above_input_tokens: 10, prices: { ...cheap, output: { usd: '1', per: 1_000_000 } } } },
      'long_context.prices.output',
    ],
    ['a step without a first one', { longer_contexts: [{ above_input_tokens: 10, prices: cheap }] }, 'longer_contexts'],
    ['an unknown vendor', { id: 'opnai/gpt' }, 'id'],
    ['an id without a vendor', { id: 'gpt' }, 'id'],
    ['an id that there is', { id: openaiModel }, 'id'],
    ['no prices', { prices: undefined }, 'prices'],
    ['no reason', { reason: ' ' }, 'reason'],
    ['a time that is past', { effective_from: 1_700_000_000 }, 'effective_from'],
    ['a date that there is not', { deprecated_on: '2027-02-31' }, 'deprecated_on'],
    ['a field that there is not', { price: 1 }, 'price'],
  ])('is refused with %s, with the place of it', async (_, body, param) => {
    const answer = await send(path, { id: 'openai/refused', ...limits, prices: cheap, ...body });
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 400, body: { error: { param } } });
    expect(answer.body.error.message.length).toBeGreaterThan(20);
  });

  it('that there is not has no page, and the nearest are named', async () => {
    for (const answer of [
      await world.get(at('openai/gpt-4o-minni'), admin()),
      await send(at('openai/gpt-4o-minni'), { region: 'eu' }),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'model_not_found', param: 'offer_id' } } });
      expect(answer.body.error.message).toContain(openaiModel);
    }
  });

  it('needs a change in a change', async () => {
    expect(await send(at(openaiModel), {})).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request' } },
    });
  });

  it('that a later release can no longer read is left out alone, and says why', async () => {
    await world.database.query({
      text: `INSERT INTO catalogue.changes (id, kind, object_id, fields, reason, effective_from, organization_id, key_id)
             VALUES ('change_broken', 'offer', 'openai/broken', '{"contextWindow": "much"}', 'x', now(), 'org_local', 'k')`,
    });
    await create('openai/after-broken');
    await expect.poll(() => shown('openai/after-broken'), withinASecond).toMatchObject({ object: 'model' });
    const broken = await world.get(at('openai/broken'), admin());
    expect(broken.body).toMatchObject({
      callable: false,
      offer: null,
      problem: expect.stringMatching(/contextWindow: /),
    });
    expect((await shown('openai/broken')).error.code).toBe('model_not_found');
  });

  it('is found page by page', async () => {
    const all: string[] = [];
    for (let after: string | undefined, more = true; more;) {
      const cursor: string = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
      const { data, has_more, last_id } = (await world.get(`${path}?vendor=openai&limit=17${cursor}`, admin())).body;
      all.push(...data.map(({ id }: Parsed) => id));
      [after, more] = [last_id, has_more];
    }
    expect(new Set(all).size).toBe(all.length);
    expect(all).toEqual(expect.arrayContaining([openaiModel, 'openai/gpt-own']));
    expect(await world.get(`${path}?after=nothing`, admin())).toMatchObject({
      status: 400,
      body: { error: { param: 'after' } },
    });
  });

  it('is written down with who changed it', async () => {
    await sent(at(openaiModel), { data_policy: 'zero_retention' });
    const log = await world.get('/v1/organization/audit_logs?event_types[]=offer.updated', admin());
    expect(log.body.data[0]).toMatchObject({ type: 'offer.updated', 'offer.updated': { id: openaiModel } });
  });
});

describe('a model', () => {
  const model = '/v1/operator/models/openai%2Fgpt-4o-mini';

  it('is described as the operator says, in every process, until that is taken back', async () => {
    const before = await shown(openaiModel);
    const told = await sent(model, { name: 'Our small one', knowledge: '2024-01' });
    expect(told).toMatchObject({ changed: ['knowledge', 'name'], model: { name: 'Our small one', maker: 'openai' } });
    await expect
      .poll(() => shown(openaiModel, world.other), withinASecond)
      .toMatchObject({ name: 'Our small one', knowledge_cutoff: '2024-01' });
    expect(await sent(model, { reset: ['name', 'knowledge'] })).toMatchObject({ changed: [] });
    await expect.poll(() => shown(openaiModel, world.other), withinASecond).toEqual(before);
    const { data } = (await world.get('/v1/operator/models/history?model_id=openai/gpt-4o-mini', admin())).body;
    expect(data).toMatchObject([{ fields: { name: 'Our small one' } }, { fields: null }]);
  });

  it('that nobody knows has to be described whole', async () => {
    const refused = await send('/v1/operator/models/acme%2Fnew', { name: 'New' });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', param: 'modalities' } } });
    const whole = { modalities: { input: ['text'], output: ['text'] }, capabilities: [], ...limits };
    expect(await sent('/v1/operator/models/acme%2Fnew', { name: 'New', ...whole })).toMatchObject({
      model: { maker: 'acme', name: 'New' },
    });
  });
});
