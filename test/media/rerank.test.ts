import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MediaVendor, startMediaVendor } from '../fake-vendor/media-vendor.js';
import { useWorld } from '../gateway/world.js';

// Rankings through a whole gateway: Cohere's, Jina's and the sandbox's.

const COHERE = 'cohere/rerank-v3.5';
const QUERY = 'What is the capital of France?';
const DOCUMENTS = ['Berlin is the capital of Germany.', 'Paris is the capital of France.', 'A pear is a fruit.'];
const cohereAnswer = (...results: readonly (readonly [number, number])[]) => ({
  id: 'rank-1',
  results: results.map(([index, relevance_score]) => ({ index, relevance_score })),
  meta: { api_version: { version: '2' }, billed_units: { search_units: 1 }, new_meta: true },
  new_field: 'x',
});

let vendor: MediaVendor;
const env: Record<string, string> = { COHERE_API_KEY: 'k', JINA_API_KEY: 'k', VOYAGE_API_KEY: 'k' };
beforeAll(async () => {
  vendor = await startMediaVendor(() => ({ body: cohereAnswer([1, 0.9], [0, 0.4], [2, 0.01]) }));
  env['SLUICE_COHERE_BASE_URL'] = `${vendor.origin}/compatibility/v1`;
  env['SLUICE_JINA_BASE_URL'] = `${vendor.origin}/v1`;
  env['SLUICE_VOYAGE_BASE_URL'] = `${vendor.origin}/v1`;
});
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());
const world = useWorld({ env });

describe('a ranking of Cohere', () => {
  it('is asked for in Cohere’s words, charged by the search units that it bills, and told for all three kinds of client', async () => {
    const { apiKey, scope } = await world.createProject({ budget_usd: '1' });
    const body = { model: COHERE, query: QUERY, documents: [DOCUMENTS[0], { text: DOCUMENTS[1] }, DOCUMENTS[2]] };
    const answer = await world.post('/v1/rerank', { ...body, max_tokens_per_doc: 100, new_field: 1 }, { apiKey });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...cohereAnswer(),
      ...{ object: 'list', model: COHERE, provider: 'cohere' },
      results: [
        { index: 1, relevance_score: 0.9, document: { text: DOCUMENTS[1] } },
        { index: 0, relevance_score: 0.4, document: { text: DOCUMENTS[0] } },
        { index: 2, relevance_score: 0.01, document: { text: DOCUMENTS[2] } },
      ],
      usage: { search_units: 1, cost: 0.002 },
    });
    expect(vendor.requests.map(({ path, json }) => [path, json])).toEqual([
      [
        '/v2/rerank',
        { model: 'rerank-v3.5', query: QUERY, documents: DOCUMENTS, max_tokens_per_doc: 100, new_field: 1 },
      ],
    ]);
    // 2 USD a thousand.
    expect(await world.ended(answer.requestId)).toMatchObject({ state: 'settled', charged: 2_000_000n });
    expect(await world.account(scope)).toMatchObject({ spent: 2_000_000n, held: 0n });
    const [record] = await world.rows('SELECT kind FROM usage.records WHERE request_id = $1', [answer.requestId]);
    expect(record).toEqual({ kind: 'rerank' });
  });

  it('has no documents for the clients of Cohere, whose errors are Cohere’s', async () => {
    const body = { model: COHERE, query: QUERY, documents: DOCUMENTS };
    const answer = await world.post('/v2/rerank', body);
    expect(answer.body['results']).toEqual(cohereAnswer([1, 0.9], [0, 0.4], [2, 0.01]).results);
    vendor.script = () => ({ status: 400, body: { message: 'The query is too long.' } });
    const refused = await world.post('/v2/rerank', body);
    expect([refused.status, refused.body['message'], refused.body['error']]).toEqual([
      400,
      'The query is too long.',
      undefined,
    ]);
    expect(await world.ended(refused.requestId)).toMatchObject({ state: 'released', charged: 0n });
    const wrong = await world.post('/v2/rerank', { ...body, documents: [] });
    expect([wrong.status, wrong.body['param']]).toEqual([400, 'documents']);
    const nobody = await world.post('/v2/rerank', body, { apiKey: 'sk-sluice-nobody' });
    expect([nobody.status, typeof nobody.body['message']]).toEqual([401, 'string']);
  });

  it('that names a document twice, or one that is not there, is no answer', async () => {
    for (const results of [
      [
        [0, 0.9],
        [0, 0.8],
        [1, 0.7],
      ] as const,
      [
        [0, 0.9],
        [1, 0.8],
        [3, 0.7],
      ] as const,
      [[0, 0.9]] as const,
    ]) {
      vendor.script = () => ({ body: cohereAnswer(...results) });
      const answer = await world.post('/v1/rerank', { model: COHERE, query: QUERY, documents: DOCUMENTS });
      expect(answer.status).toBe(502);
      expect(await world.ended(answer.requestId)).toMatchObject({ state: 'released', charged: 0n });
    }
  });

  it('is not asked for where the budget is too small', async () => {
    const { apiKey } = await world.createProject({ budget_usd: '0.001' });
    const answer = await world.post('/v1/rerank', { model: COHERE, query: QUERY, documents: DOCUMENTS }, { apiKey });
    expect([answer.status, answer.body.error.code]).toEqual([402, 'insufficient_funds']);
    expect(vendor.requests).toEqual([]);
  });

  it('is asked for once by whoever sends the same key twice', async () => {
    const headers = { 'idempotency-key': 'rank-once' };
    const ask = () => world.post('/v1/rerank', { model: COHERE, query: QUERY, documents: DOCUMENTS }, { headers });
    const [first, second] = [await ask(), await ask()];
    expect(second.body).toEqual(first.body);
    expect(vendor.requests).toHaveLength(1);
    const again = await world.get(`/v1/requests/${first.requestId}/stream`);
    expect(again.status).toBe(200);
  });
});

describe('rankings of vendors without chat', () => {
  it('Jina ranks pictures, and is charged by its tokens', async () => {
    vendor.script = () => ({
      body: {
        model: 'jina-reranker-m0',
        results: [{ index: 0, relevance_score: 0.7 }],
        usage: { total_tokens: 1_000 },
      },
    });
    const image = 'https://pictures.example.com/paris.png';
    const documents = [{ image }, 'Berlin'];
    const answer = await world.post('/v1/rerank', {
      model: 'jina/jina-reranker-m0',
      query: QUERY,
      documents,
      top_n: 1,
    });
    expect(answer.body).toMatchObject({
      results: [{ index: 0, relevance_score: 0.7, document: { image } }],
      usage: { prompt_tokens: 1_000, total_tokens: 1_000, cost: 0.00005 },
    });
    expect(vendor.requests[0]).toMatchObject({
      path: '/v1/rerank',
      json: { documents: [{ image }, { text: 'Berlin' }], top_n: 1, return_documents: false },
    });
    expect(await world.ended(answer.requestId)).toMatchObject({ charged: 50_000n });
  });

  it('Voyage is asked in its own words, and tells of what it does not do', async () => {
    vendor.script = () => ({
      body: {
        object: 'list',
        data: [{ index: 1, relevance_score: 0.5 }],
        model: 'rerank-2.5-lite',
        usage: { total_tokens: 40 },
      },
    });
    const body = { model: 'voyage/rerank-2.5-lite', query: QUERY, documents: DOCUMENTS, top_n: 1 };
    const answer = await world.post('/v1/rerank', { ...body, max_tokens_per_doc: 10 });
    expect(answer.body['results']).toMatchObject([{ index: 1, relevance_score: 0.5 }]);
    expect(answer.body['warnings']).toMatchObject([{ feature: 'max_tokens_per_doc' }]);
    expect(vendor.requests[0]?.json).toEqual({
      model: 'rerank-2.5-lite',
      query: QUERY,
      documents: DOCUMENTS,
      top_k: 1,
    });
    expect(await world.ended(answer.requestId)).toMatchObject({ charged: 800n });
  });
});

describe('rankings of the sandbox', () => {
  it('go by the words that documents share with the query, and are always the same', async () => {
    const body = { model: 'sandbox/rerank', query: 'the capital of France', documents: DOCUMENTS, top_n: 2 };
    const [first, second] = [await world.post('/v1/rerank', body), await world.post('/v1/rerank', body)];
    expect(first.body['results']).toMatchObject([{ index: 1 }, { index: 0 }]);
    expect(second.body['results']).toEqual(first.body['results']);
  });

  it('rank documents with fields by those that are named', async () => {
    const documents = [
      { title: 'France', body: 'Paris' },
      { title: 'Germany', body: 'Berlin' },
    ];
    const body = { model: 'sandbox/rerank', query: 'Berlin', documents, rank_fields: ['title', 'body'] };
    const answer = await world.post('/v1/rerank', body);
    expect(answer.body['results']).toMatchObject([{ index: 1, document: documents[1] }, { index: 0 }]);
  });

  it('fall over to the next model where one is limited', async () => {
    const models = ['sandbox/rerank-rate-limited', 'sandbox/rerank'];
    const answer = await world.post('/v1/rerank', { models, query: QUERY, documents: DOCUMENTS });
    expect([answer.status, answer.headers.get('x-sluice-model')]).toEqual([200, 'sandbox/rerank']);
  });
});

describe('a request for a ranking that cannot be', () => {
  const body = { model: 'sandbox/rerank', query: QUERY, documents: DOCUMENTS };
  it.each([
    [{ ...body, query: '' }, 400, 'query'],
    [{ ...body, documents: [] }, 400, 'documents'],
    [{ ...body, documents: [{ title: 'x' }] }, 400, 'documents[0]'],
    [{ ...body, documents: ['x', { image: 'no picture' }] }, 400, 'documents[1].image'],
    [{ ...body, documents: [{ image: 'data:image/png;base64,YWJj' }] }, 400, 'documents[0].image'],
    [{ ...body, top_n: 0 }, 400, 'top_n'],
    [{ ...body, model: undefined }, 400, 'model'],
    [{ ...body, model: 'sandbox/echo' }, 404, 'model'],
  ])('%j is told what is wrong with it', async (wrong, status, param) => {
    const answer = await world.post('/v1/rerank', wrong);
    expect([answer.status, answer.body.error.param]).toEqual([status, param]);
  });
});
