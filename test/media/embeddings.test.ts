import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MediaVendor, startMediaVendor } from '../fake-vendor/media-vendor.js';
import { useWorld } from '../gateway/world.js';

// Embeddings through a whole gateway: OpenAI's, as recorded, and the sandbox's.

const MODEL = 'openai/text-embedding-3-small';
const TEXT = 'a text of eight tokens, or a few more';
const answerOf = (vectors: readonly (readonly number[] | string)[], tokens: number) => ({
  object: 'list',
  data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
  model: 'text-embedding-3-small',
  usage: { prompt_tokens: tokens, total_tokens: tokens },
});

let vendor: MediaVendor;
const env: Record<string, string> = { OPENAI_API_KEY: 'sk-fake' };
beforeAll(async () => {
  vendor = await startMediaVendor(() => ({ body: answerOf([[0.25, -0.5]], 8) }));
  env['SLUICE_OPENAI_BASE_URL'] = `${vendor.origin}/v1`;
});
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());
const world = useWorld({ env });

describe('embeddings of OpenAI', () => {
  it('are asked for as the caller did, charged by the tokens that were counted, and told with their cost', async () => {
    const { apiKey, scope } = await world.createProject({ budget_usd: '1' });
    const answer = await world.post(
      '/v1/embeddings',
      { model: MODEL, input: TEXT, dimensions: 2, new_field: 1 },
      { apiKey },
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...answerOf([[0.25, -0.5]], 8),
      usage: { prompt_tokens: 8, total_tokens: 8, cost: 0.00000016 },
    });
    expect(answer.headers.get('x-sluice-model')).toBe(MODEL);
    expect(vendor.requests.map(({ path, json }) => [path, json])).toEqual([
      ['/v1/embeddings', { model: 'text-embedding-3-small', input: TEXT, dimensions: 2, new_field: 1 }],
    ]);
    // 0.02 USD a million tokens.
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'settled', charged: 160n });
    expect(await world.account(scope)).toMatchObject({ spent: 160n, held: 0n });
    const [record] = await world.rows<{ readonly kind: string; readonly input: bigint }>(
      'SELECT kind, input FROM usage.records WHERE request_id = $1',
      [answer.requestId],
    );
    expect(record).toEqual({ kind: 'embedding', input: 8n });
  });

  it('fail over nothing, charge nothing and tell the vendor’s words where the vendor refuses', async () => {
    vendor.script = () => ({
      status: 400,
      body: {
        error: { message: 'This model is too small.', type: 'invalid_request_error', param: 'input', code: null },
      },
    });
    const answer = await world.post('/v1/embeddings', { model: MODEL, input: 'Hi' });
    expect([answer.status, answer.body.error.message]).toEqual([400, 'This model is too small.']);
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'released', charged: 0n });
  });

  it('that are fewer than were asked for are no answer', async () => {
    const answer = await world.post('/v1/embeddings', { model: MODEL, input: ['one', 'two'] });
    expect(answer.status).toBe(502);
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'released' });
  });

  it('are asked for once by whoever sends the same key twice', async () => {
    const headers = { 'idempotency-key': 'embed-once' };
    const ask = () => world.post('/v1/embeddings', { model: MODEL, input: 'Hi' }, { headers });
    const [first, second] = [await ask(), await ask()];
    expect(second.body).toEqual(first.body);
    expect(second.requestId).toBe(first.requestId);
    expect(vendor.requests).toHaveLength(1);
    const again = await world.get(`/v1/requests/${first.requestId}/stream`);
    expect(again.status).toBe(200);
  });
});

describe('embeddings of the sandbox', () => {
  it('are read by OpenAI’s own client, in the encoding that it asks for', async () => {
    const client = new OpenAI({ apiKey: world.gateway.apiKey, baseURL: world.gateway.baseUrl, maxRetries: 0 });
    const input = ['a red apple', 'the red apple', 'stock prices fell'];
    const { data } = await client.embeddings.create({ model: 'sandbox/embedding', input });
    const floats = await client.embeddings.create({ model: 'sandbox/embedding', input, encoding_format: 'float' });
    const similarity = (left: readonly number[], right: readonly number[]) =>
      left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
    const [apple, sameApple, prices] = data.map(({ embedding }) => embedding);
    expect(similarity(apple!, apple!)).toBeCloseTo(1, 4);
    expect(similarity(apple!, sameApple!)).toBeGreaterThan(similarity(apple!, prices!));
    expect(apple![0]).toBeCloseTo(floats.data[0]!.embedding[0]!, 6);
  });
});

describe('a request for embeddings that cannot be', () => {
  it.each([
    [{ model: 'sandbox/embedding' }, 400, 'input'],
    [{ model: 'sandbox/embedding', input: '' }, 400, 'input'],
    [{ model: 'sandbox/embedding', input: [] }, 400, 'input'],
    [{ input: 'Hi' }, 400, 'model'],
    [{ model: 'sandbox/echo', input: 'Hi' }, 404, 'model'],
    [{ model: 'sandbox/embedding', input: 'Hi', encoding_format: 'hex' }, 400, 'encoding_format'],
  ])('%j is told what is wrong with it', async (body, status, param) => {
    const answer = await world.post('/v1/embeddings', body);
    expect([answer.status, answer.body.error.param]).toEqual([status, param]);
  });
});
