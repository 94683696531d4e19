import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MediaVendor, startMediaVendor } from '../fake-vendor/media-vendor.js';
import { useWorld } from '../gateway/world.js';

// Judgements through a whole gateway: OpenAI's, Mistral's and the sandbox's.

const RED_DOT =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==';
const judged = (flagged: boolean) => ({
  flagged,
  categories: { violence: flagged, hate: false },
  category_scores: { violence: flagged ? 0.9 : 0.001, hate: 0 },
  category_applied_input_types: { violence: ['text'], hate: ['text'] },
});
const answerOf = (...flags: readonly boolean[]) => ({
  id: 'modr-1',
  model: 'omni-moderation-latest',
  results: flags.map(judged),
  new_field: 1,
});

let vendor: MediaVendor;
const env: Record<string, string> = { OPENAI_API_KEY: 'k', MISTRAL_API_KEY: 'k' };
beforeAll(async () => {
  vendor = await startMediaVendor(() => ({ body: answerOf(true) }));
  env['SLUICE_OPENAI_BASE_URL'] = `${vendor.origin}/v1`;
  env['SLUICE_MISTRAL_BASE_URL'] = `${vendor.origin}/v1`;
});
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());
const world = useWorld({ env });

describe('judgements of OpenAI', () => {
  it('cost nothing, even where the budget is used up, and come as the vendor gives them', async () => {
    const { apiKey, scope } = await world.createProject({ budget_usd: '0' });
    const input = [
      { type: 'text', text: 'kill' },
      { type: 'image_url', image_url: { url: RED_DOT } },
    ];
    const answer = await world.post('/v1/moderations', { input, new_field: 1 }, { apiKey });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...answerOf(true), usage: { cost: 0 } });
    expect(vendor.requests.map(({ path, json }) => [path, json])).toEqual([
      ['/v1/moderations', { input, new_field: 1, model: 'omni-moderation-latest' }],
    ]);
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'settled', charged: 0n });
    expect(await world.account(scope)).toMatchObject({ spent: 0n, held: 0n });
    const [record] = await world.rows('SELECT kind FROM usage.records WHERE request_id = $1', [answer.requestId]);
    expect(record).toEqual({ kind: 'moderation' });
  });

  it('that are fewer than the inputs are no answer', async () => {
    const answer = await world.post('/v1/moderations', { input: ['one', 'two'] });
    expect(answer.status).toBe(502);
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'released' });
  });

  it('are asked for once by whoever sends the same key twice', async () => {
    const headers = { 'idempotency-key': 'judge-once' };
    const ask = () => world.post('/v1/moderations', { input: 'Hi' }, { headers });
    const [first, second] = [await ask(), await ask()];
    expect(second.body).toEqual(first.body);
    expect(vendor.requests).toHaveLength(1);
    expect((await world.get(`/v1/requests/${first.requestId}/stream`)).status).toBe(200);
  });
});

describe('judgements of Mistral', () => {
  it('are told in OpenAI’s form, found wanting where any category is', async () => {
    vendor.script = () => ({
      body: {
        id: 'm',
        model: 'mistral-moderation-2603',
        results: [
          { categories: { pii: true, law: false }, category_scores: { pii: 0.8, law: 0.1 } },
          { categories: { pii: false, law: false }, category_scores: { pii: 0.1, law: 0.1 } },
        ],
      },
    });
    const answer = await world.post('/v1/moderations', { model: 'mistral/mistral-moderation-2603', input: ['a', 'b'] });
    expect(answer.body).toMatchObject({ results: [{ flagged: true, categories: { pii: true } }, { flagged: false }] });
    expect(vendor.requests[0]?.json).toEqual({ model: 'mistral-moderation-2603', input: ['a', 'b'] });
  });
});

describe('judgements of the sandbox', () => {
  it('are read by OpenAI’s own client', async () => {
    const client = new OpenAI({ apiKey: world.gateway.apiKey, baseURL: world.gateway.baseUrl, maxRetries: 0 });
    const { results } = await client.moderations.create({
      model: 'sandbox/moderation',
      input: ['I hate this', 'Have a nice day'],
    });
    expect(results.map(({ flagged, categories }) => [flagged, categories.hate])).toEqual([
      [true, true],
      [false, false],
    ]);
  });
});

describe('a request for judgements that cannot be', () => {
  it.each([
    [{ model: 'sandbox/moderation' }, 400, 'input'],
    [{ model: 'sandbox/moderation', input: [] }, 400, 'input'],
    [{ model: 'sandbox/moderation', input: [{ type: 'audio' }] }, 400, 'input[0].type'],
    [
      { model: 'sandbox/moderation', input: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,YWJj' } }] },
      400,
      'input[0].image_url.url',
    ],
    [{ model: 'sandbox/echo', input: 'Hi' }, 404, 'model'],
  ])('%j is told what is wrong with it', async (body, status, param) => {
    const answer = await world.post('/v1/moderations', body);
    expect([answer.status, answer.body.error.param]).toEqual([status, param]);
  });
});
