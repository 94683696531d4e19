import { describe, expect, it } from 'vitest';
import type { Restrictions } from '../../../workflows/contracts/access.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { offer } from '../../../workflows/domain/test-values.js';
import { buildApp } from '../../app.js';
import { createFakeWorld, INFERENCE_KEY } from '../../testing/fake-dependencies.js';

const LLAMA = 'meta-llama/llama-3.3-70b-instruct';
const at = (id: string, usd: string, changes: Partial<Offer> = {}): Offer =>
  offer({
    id,
    vendor: id.slice(0, id.indexOf('/')),
    vendorModel: id.slice(id.indexOf('/') + 1),
    aliases: [],
    model: LLAMA,
    prices: { input: { usd, per: 1_000_000 }, output: { usd, per: 1_000_000 } },
    ...changes,
  });
const offers = [
  at('bedrock/us-gov-west-1/meta.llama', '0.1', { region: 'us-gov-west-1' }),
  at('together/meta-llama/Llama-3.3-70B-Instruct-Turbo', '0.88'),
  at('groq/llama-3.3-70b-versatile', '0.59'),
  at('openai/gpt-4o-mini', '1', { model: 'openai/gpt-4o-mini', aliases: ['gpt-4o-mini'] }),
  at('unconfigured/llama', '0.01'),
];
const media = [
  at('openai/text-embedding-3-small', '0.02', { kind: 'embedding', model: 'openai/text-embedding-3-small' }),
  at('groq/gpt-4o-mini', '0.02', { kind: 'rerank', model: 'openai/gpt-4o-mini' }),
];
const models = [
  {
    id: LLAMA,
    maker: 'meta-llama',
    name: 'Llama 3.3 70B Instruct',
    modalities: { input: ['text'], output: ['text'] },
    contextWindow: 128_000,
    maxOutputTokens: 16_384,
    capabilities: [],
  },
] as const;

interface Body {
  readonly id: string;
  readonly name: string;
  readonly data: { readonly id: string; readonly endpoints: readonly { readonly offer_id: string }[] };
  readonly error: { readonly code: string; readonly message: string };
}

async function get(path: string, restrictions: readonly Restrictions[] = []) {
  const world = createFakeWorld();
  world.restrictions = restrictions;
  const vendors = ['bedrock', 'together', 'groq', 'openai'];
  const app = buildApp({ ...world.deps, vendors, catalogue: { offers, models, media } });
  const response = await app.inject({ url: path, headers: { authorization: `Bearer ${INFERENCE_KEY}` } });
  return { status: response.statusCode, body: response.json<Body>() };
}

describe('GET /v1/models/{id}', () => {
  it.each([
    [LLAMA, 'groq/llama-3.3-70b-versatile'],
    ['llama-3.3-70b-instruct', 'groq/llama-3.3-70b-versatile'],
    ['together/meta-llama/Llama-3.3-70B-Instruct-Turbo', 'together/meta-llama/Llama-3.3-70B-Instruct-Turbo'],
    ['together%2Fmeta-llama%2FLlama-3.3-70B-Instruct-Turbo', 'together/meta-llama/Llama-3.3-70B-Instruct-Turbo'],
    ['bedrock/us-gov-west-1/meta.llama', 'bedrock/us-gov-west-1/meta.llama'],
  ])('finds %s', async (name, id) => {
    const { status, body } = await get(`/v1/models/${name}`);
    expect({ status, id: body.id, name: body.name }).toEqual({ status: 200, id, name: 'Llama 3.3 70B Instruct' });
  });

  it('does not find offers of vendors that are not configured', async () => {
    expect((await get('/v1/models/unconfigured/llama')).status).toBe(404);
  });
});

describe('GET /v1/models', () => {
  const idsOf = async (query: string) => {
    const { body } = await get(`/v1/models${query}`);
    return (body as unknown as { readonly data: readonly { readonly id: string }[] }).data.map(({ id }) => id);
  };
  const chat = offers.map(({ id }) => id).filter((id) => !id.startsWith('unconfigured'));

  it('lists conversations alone, and what else there is where it is asked for', async () => {
    expect(await idsOf('')).toEqual(chat);
    expect(await idsOf('?kind=chat')).toEqual(chat);
    expect(await idsOf('?kind=embedding')).toEqual(['openai/text-embedding-3-small']);
    expect(await idsOf('?kind=video')).toEqual([]);
    expect(await idsOf('?kind=all')).toEqual([...chat, ...media.map(({ id }) => id)]);
  });

  it('finds a name among conversations first, and then anywhere', async () => {
    const found = async (name: string) => (await get(`/v1/models/${name}`)).body as unknown;
    expect(await found('openai/gpt-4o-mini')).not.toHaveProperty('kind');
    expect(await found('text-embedding-3-small')).toMatchObject({
      ...{ id: 'openai/text-embedding-3-small', kind: 'embedding' },
      architecture: { modality: 'text->embeddings', output_modalities: ['embeddings'] },
    });
  });

  it('says which kinds there are', async () => {
    const { status, body } = await get('/v1/models?kind=poems');
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('chat, embedding')]);
  });
});

describe('GET /v1/models/{author}/{slug}/endpoints', () => {
  const ALL = [
    'groq/llama-3.3-70b-versatile',
    'together/meta-llama/Llama-3.3-70B-Instruct-Turbo',
    'bedrock/us-gov-west-1/meta.llama',
  ];

  it.each([LLAMA, 'groq/llama-3.3-70b-versatile', 'together/meta-llama/Llama-3.3-70B-Instruct-Turbo'])(
    'shows all who serve %s, the first to be asked first and those of one region last',
    async (name) => {
      const { status, body } = await get(`/v1/models/${name}/endpoints`);
      expect(status).toBe(200);
      expect(body.data.id).toBe(LLAMA);
      expect(body.data.endpoints.map((endpoint) => endpoint.offer_id)).toEqual(ALL);
    },
  );

  it('shows what the caller may use alone', async () => {
    const { body } = await get(`/v1/models/${LLAMA}/endpoints`, [{ deniedModels: ['together/*'] }]);
    expect(body.data.endpoints.map((endpoint) => endpoint.offer_id)).toEqual([ALL[0], ALL[2]]);
  });

  it.each(['openai/gpt-9', 'a/b/c'])('says that there is no %s, and what there is', async (name) => {
    const { status, body } = await get(`/v1/models/${name}/endpoints`);
    expect({ status, code: body.error.code }).toEqual({ status: 404, code: 'model_not_found' });
    expect(body.error.message).toMatch(/The nearest are: /);
    expect(body.error.message).not.toContain('unconfigured');
  });
});
