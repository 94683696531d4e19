import { describe, expect, it } from 'vitest';
import type { EmbeddingCall, MediaCall, RerankCall } from '../../workflows/contracts/media-calls.js';
import { allMediaProviders, exchange, mediaOffer, mediaOffers } from './media-exchange.js';

// What vendors without recordings are asked and answer with, as their documentation has it; and that whoever is in the
// catalogue for a kind has an adapter for it.

const notSent = () => Promise.reject(new Error('not sent'));
const providers = allMediaProviders({ postJson: notSent, getJson: notSent, close: () => Promise.resolve() });

const embed = (inputs: EmbeddingCall['inputs'], more: Partial<EmbeddingCall> = {}): EmbeddingCall => ({
  kind: 'embedding',
  source: {
    dialect: 'openai-embeddings',
    body: { input: inputs.map((input) => (input.type === 'text' ? input.text : null)), new_field: 1 },
  },
  stream: false,
  inputs,
  ...more,
});
const text = (words: string) => ({ type: 'text', text: words }) as const;
const PICTURE = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' } } as const;
const rank = (more: Partial<RerankCall> = {}): RerankCall => ({
  kind: 'rerank',
  source: { dialect: 'cohere-rerank', body: {} },
  stream: false,
  query: 'q',
  documents: [text('one'), text('two')],
  ...more,
});
const openaiAnswer = (...embeddings: readonly unknown[]) => ({
  object: 'list',
  data: embeddings.map((embedding, index) => ({ object: 'embedding', index, embedding })),
  model: 'm',
  usage: { prompt_tokens: 3, total_tokens: 3 },
});
const unitsOf = async (call: MediaCall, id: string, body: unknown, headers = {}) => {
  const { events } = await exchange(call, mediaOffer(call.kind, id), { body, headers });
  return events.flatMap((event) => (event.type === 'usage' ? [event.usage.units] : []))[0];
};
const warned = (events: Awaited<ReturnType<typeof exchange>>['events']) =>
  events.flatMap((event) => (event.type === 'warning' ? [`${event.warning.type} ${event.warning.feature}`] : []));

describe('every offer besides chat', () => {
  it.each([...new Set(mediaOffers.map(({ vendor, kind }) => `${vendor} ${kind}`))])('has an adapter: %s', (pair) => {
    const [vendor = '', kind = ''] = pair.split(' ');
    const { media, jobs } = providers.get(vendor) ?? {};
    expect(Object.keys({ ...media, ...jobs })).toContain(kind);
  });

  it('is of these vendors', () => {
    const of = (kind: string) => [...new Set(mediaOffers.filter((offer) => offer.kind === kind).map((o) => o.vendor))];
    expect(of('embedding')).toHaveLength(13);
    expect(of('rerank')).toHaveLength(9);
    expect(of('moderation')).toEqual(expect.arrayContaining(['sandbox', 'openai', 'mistral']));
  });
});

describe('embeddings of vendors that imitate OpenAI', () => {
  it.each([
    ['mistral/codestral-embed', { output_dimension: 8 }, ['unsupported new_field']],
    ['alibaba/text-embedding-v4', { dimensions: 8, new_field: 1 }, []],
    ['together/BAAI/bge-base-en-v1.5', { dimensions: 8, new_field: 1 }, []],
    ['fireworks/qwen3-embedding-8b', { dimensions: 8, new_field: 1 }, []],
    ['voyage/voyage-4', { output_dimension: 8 }, ['unsupported new_field']],
  ])('%s gets %j', async (id, fields, warnings) => {
    const offer = mediaOffer('embedding', id);
    const got = await exchange(embed([text('hi')], { dimensions: 8 }), offer, { body: openaiAnswer([1, 2]) });
    expect(got.sent).toEqual({ model: offer.vendorModel, input: ['hi'], ...fields });
    expect(warned(got.events)).toEqual(warnings);
    expect(got.url.endsWith('/v1/embeddings')).toBe(true);
  });

  it('Perplexity gives signed bytes, which are told as such', async () => {
    const bytes = Buffer.from(Int8Array.from([-128, 0, 127])).toString('base64');
    const got = await exchange(embed([text('hi')]), mediaOffer('embedding', 'perplexity/pplx-embed-v1-0.6b'), {
      body: openaiAnswer(bytes),
    });
    expect(got.url).toBe('https://api.perplexity.ai/v1/embeddings');
    expect(got.sent).toMatchObject({ encoding_format: 'base64_int8' });
    expect(got.events).toContainEqual({ type: 'embedding', index: 0, values: [-128, 0, 127], vectorType: 'int8' });
    expect(warned(got.events)).toEqual(['changed encoding_format']);
  });

  it.each([
    ['alibaba/text-embedding-v4', embed(Array.from({ length: 11 }, () => text('hi'))), 'input'],
    ['bedrock/amazon.titan-embed-text-v2:0', embed([text('a'), text('b')]), 'input'],
    ['vertex/gemini-embedding-2', embed([text('a'), text('b')]), 'input'],
    ['google/gemini-embedding-2', embed(Array.from({ length: 101 }, () => text('hi'))), 'input'],
    ['cohere/embed-v4.0', embed(Array.from({ length: 97 }, () => text('hi'))), 'input'],
    ['mistral/mistral-embed', embed([{ type: 'tokens', ids: [1, 2] }]), 'input[0]'],
    ['openai/text-embedding-3-small', embed([text('a'), PICTURE]), 'input[1]'],
    ['bedrock/cohere.embed-english-v3', embed([PICTURE]), 'input[0]'],
  ])('%s is not asked for what it surely cannot do', async (id, call, param) => {
    const got = await exchange(call, mediaOffer('embedding', id), { body: {} });
    expect([got.failure?.failure.class, got.failure?.detail.param, got.url]).toEqual(['invalid_request', param, '']);
  });
});

describe('embeddings of pictures', () => {
  it('go to Cohere among its mixed inputs, and are charged by the tokens that it bills for them', async () => {
    const call = embed([text('a'), PICTURE], { purpose: 'document' });
    const body = {
      id: 'e',
      embeddings: { float: [[1], [2]] },
      meta: { billed_units: { input_tokens: 1, image_tokens: 500 } },
    };
    const got = await exchange(call, mediaOffer('embedding', 'cohere/embed-v4.0'), { body });
    expect(got.sent).toMatchObject({
      inputs: [
        { content: [{ type: 'text', text: 'a' }] },
        { content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
      ],
    });
    expect(await unitsOf(call, 'cohere/embed-v4.0', body)).toEqual({ input: 1, input_image: 500 });
  });

  it('go to Gemini as data, and to Titan and Nova one at a time', async () => {
    const google = await exchange(embed([PICTURE]), mediaOffer('embedding', 'google/gemini-embedding-2'), {
      body: {
        embeddings: [{ values: [1] }],
        usageMetadata: { promptTokenCount: 258, promptTokenDetails: [{ modality: 'IMAGE', tokenCount: 258 }] },
      },
    });
    expect(google.sent['requests']).toMatchObject([
      { content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] } },
    ]);
    const titan = { embedding: [1], inputTextTokenCount: 0 };
    expect(await unitsOf(embed([PICTURE]), 'bedrock/amazon.titan-embed-image-v1', titan)).toEqual({
      input: 0,
      images: 1,
    });
    const nova = await exchange(
      embed([PICTURE]),
      mediaOffer('embedding', 'bedrock/amazon.nova-2-multimodal-embeddings-v1:0'),
      { body: { embeddings: [{ embedding: [1] }] }, headers: { 'x-amzn-bedrock-input-token-count': '0' } },
    );
    expect(nova.sent['singleEmbeddingParams']).toMatchObject({ image: { format: 'png', source: { bytes: 'AAAA' } } });
  });
});

describe('Azure', () => {
  it('embeds by OpenAI’s API, or by Cohere’s where Cohere made the model', async () => {
    const openai = await exchange(embed([text('a')]), mediaOffer('embedding', 'azure/text-embedding-3-small'), {
      body: openaiAnswer([1]),
    });
    expect([openai.url, openai.headers['api-key']]).toEqual(['https://r.openai.azure.com/openai/v1/embeddings', 'k']);
    const cohere = await exchange(embed([text('a')]), mediaOffer('embedding', 'azure/embed-v-4-0'), {
      body: { embeddings: { float: [[1]] }, meta: { billed_units: { input_tokens: 2 } } },
    });
    expect(cohere.url).toBe('https://r.services.ai.azure.com/providers/cohere/v2/embed');
    expect(warned(cohere.events)).toEqual(['changed input_type']);
  });
});

describe('rankings', () => {
  const results = [
    { index: 1, relevance_score: 0.9 },
    { index: 0, relevance_score: 0.2 },
  ];
  it.each([
    ['azure/cohere-rerank-v4.0-fast', 'https://r.services.ai.azure.com/providers/cohere/v2/rerank', 'results'],
    ['alibaba/qwen3-rerank', 'https://dashscope-intl.aliyuncs.com/compatible-api/v1/reranks', 'results'],
    ['fireworks/qwen3-reranker-8b', 'https://api.fireworks.ai/inference/v1/rerank', 'data'],
    ['voyage/rerank-3', 'https://api.voyageai.com/v1/rerank', 'data'],
    ['jina/jina-reranker-v3.5', 'https://api.jina.ai/v1/rerank', 'results'],
  ])('of %s are asked for at %s', async (id, url, field) => {
    const body = { [field]: results, usage: { total_tokens: 7 }, meta: { billed_units: { search_units: 1 } } };
    const got = await exchange(rank(), mediaOffer('rerank', id), { body });
    expect(got.url).toBe(url);
    expect(got.events.flatMap((event) => (event.type === 'ranking' ? [event.index] : []))).toEqual([1, 0]);
    const isBySearches = id.startsWith('azure');
    expect(await unitsOf(rank(), id, body)).toEqual(isBySearches ? { search_units: 1 } : { input: 7 });
  });

  it('of Bedrock are counted by the pieces of documents, a hundred to a search unit', async () => {
    const documents = Array.from({ length: 60 }, () => text('x'.repeat(2_400)));
    const ranked = documents.map((_, index) => ({ index, relevance_score: index / 100 }));
    const id = 'bedrock/cohere.rerank-v3-5:0';
    const got = await exchange(rank({ documents, topN: 1 }), mediaOffer('rerank', id), { body: { results: ranked } });
    expect(got.sent).toMatchObject({ query: 'q', top_n: 1, api_version: 2 });
    expect(got.events.filter(({ type }) => type === 'ranking')).toHaveLength(1);
    expect(await unitsOf(rank({ documents }), id, { results: ranked })).toEqual({ search_units: 2 });
  });

  it('of Vertex AI come from its ranking service', async () => {
    const body = {
      records: [
        { id: '1', score: 0.9 },
        { id: '0', score: 0.1 },
      ],
    };
    const got = await exchange(rank(), mediaOffer('rerank', 'vertex/semantic-ranker-default-004'), { body });
    expect(got.url).toBe(
      'https://discoveryengine.googleapis.com/v1/projects/p/locations/global/rankingConfigs/default_ranking_config:rank',
    );
    expect(got.sent['records']).toEqual([
      { id: '0', content: 'one' },
      { id: '1', content: 'two' },
    ]);
    expect(await unitsOf(rank(), 'vertex/semantic-ranker-default-004', body)).toEqual({ search_units: 1 });
  });

  it('are counted where the vendor tells no unit that has a price: never free', async () => {
    expect(await unitsOf(rank(), 'cohere/rerank-v3.5', { results, meta: {} })).toBeUndefined();
    expect(
      await unitsOf(rank(), 'azure/cohere-rerank-v4.0-fast', { results, usage: { total_tokens: 5 } }),
    ).toBeUndefined();
  });

  it('of pictures are refused where the model reads text', async () => {
    const got = await exchange(rank({ documents: [PICTURE] }), mediaOffer('rerank', 'cohere/rerank-v3.5'), {
      body: {},
    });
    expect([got.failure?.detail.param, got.url]).toEqual(['documents[0]', '']);
  });
});
