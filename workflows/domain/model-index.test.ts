import { describe, expect, it } from 'vitest';
import type { Offer } from '../contracts/offers.js';
import { createModelIndex, modelIndexOf } from './model-index.js';
import { nearestModels, resolveModel } from './models.js';
import { namedOffers } from './named-offers.js';
import { offer } from './test-values.js';

const priced = (input: string, output: string): Offer['prices'] => ({
  input: { usd: input, per: 1_000_000 },
  output: { usd: output, per: 1_000_000 },
});
const served = (id: string, model: string, prices: Offer['prices'], changes: Partial<Offer> = {}): Offer =>
  offer({ id, vendor: id.split('/')[0] ?? '', aliases: [], model, prices, ...changes });

const LLAMA = 'meta-llama/llama-3.3-70b-instruct';
const GPT = 'openai/gpt-4o';
const offers = [
  served('azure/gpt-4o', GPT, priced('2.5', '10')),
  served('openai/gpt-4o', GPT, priced('2.5', '10'), { firstParty: true, aliases: ['gpt-4o', 'gpt-4o-2024-08-06'] }),
  served('openrouter/openai/gpt-4o', GPT, priced('2.4', '10')),
  served('azure/eu/gpt-4o', GPT, priced('2.75', '11'), { region: 'eu' }),
  served('together/meta-llama/Llama-3.3-70B-Instruct-Turbo', LLAMA, priced('0.88', '0.88')),
  served('groq/llama-3.3-70b-versatile', LLAMA, priced('0.59', '0.79')),
  served('fireworks/llama-v3p3-70b-instruct', LLAMA, priced('0.9', '0.9')),
  served('a/large', 'a/large', priced('1', '1')),
  served('b/large', 'b/large', priced('0.1', '0.1')),
];
const idsOf = (name: string, isAllowed?: (offer: Offer) => boolean) =>
  createModelIndex(offers)
    .find(name, isAllowed)
    .map(({ id }) => id);
const ALL_LLAMAS = [
  'groq/llama-3.3-70b-versatile',
  'together/meta-llama/Llama-3.3-70B-Instruct-Turbo',
  'fireworks/llama-v3p3-70b-instruct',
];
const ALL_GPTS = ['openrouter/openai/gpt-4o', 'openai/gpt-4o', 'azure/gpt-4o'];

describe('a name', () => {
  it.each([
    ['of a model', LLAMA, ALL_LLAMAS],
    ['of a model in other letters', 'Meta-Llama/Llama-3.3-70B-Instruct', ALL_LLAMAS],
    ['of a model without its maker', 'llama-3.3-70b-instruct', ALL_LLAMAS],
    ['that is an alias', 'gpt-4o-2024-08-06', ALL_GPTS],
    ['that is bare', 'gpt-4o', ALL_GPTS],
  ])('%s means all its offers, the cheapest first and the maker’s own before others at its price', (_, name, ids) => {
    expect(idsOf(name)).toEqual(ids);
  });

  it.each([
    ['of an offer', 'openai/gpt-4o', ['openai/gpt-4o']],
    ['of an offer by its alias', 'openai/gpt-4o-2024-08-06', ['openai/gpt-4o']],
    ['of an offer of a region', 'azure/eu/gpt-4o', ['azure/eu/gpt-4o']],
    ['that only one vendor gives', 'llama-3.3-70b-versatile', ['groq/llama-3.3-70b-versatile']],
    ['of two models is the list’s first', 'large', ['a/large']],
    ['of nobody', 'gpt-5', []],
  ])('%s means that offer alone', (_, name, ids) => {
    expect(idsOf(name)).toEqual(ids);
  });

  it('falls to what it means next where the caller may not use the first', () => {
    expect(idsOf('openai/gpt-4o', ({ vendor }) => vendor === 'azure')).toEqual(['azure/gpt-4o']);
    expect(idsOf('large', ({ vendor }) => vendor === 'b')).toEqual(['b/large']);
    expect(idsOf('gpt-4o', () => false)).toEqual([]);
  });

  it('means the same where the list is read without an index', () => {
    for (const name of [LLAMA, 'gpt-4o', 'GPT-4O', 'openai/gpt-4o-2024-08-06', 'large', 'gpt-5', 'eu/gpt-4o'])
      expect(resolveModel(name, offers)?.id, name).toBe(idsOf(name)[0]);
  });

  it('puts what costs nothing last', () => {
    const trial = served('nvidia/m', 'x/m', priced('0', '0'));
    const found = createModelIndex([trial, served('x/m', 'x/m', priced('9', '9'))]).find('m');
    expect(found.map(({ id }) => id)).toEqual(['x/m', 'nvidia/m']);
    expect(createModelIndex([trial]).find('x/m')).toEqual([trial]);
  });

  it('counts the price of each request as well', () => {
    const request = { usd: '5', per: 1_000 };
    const [first] = createModelIndex([
      served('x/m', 'x/m', { ...priced('0.1', '0.1'), requests: request }),
      served('y/m', 'x/m', priced('1', '1')),
    ]).find('m');
    expect(first?.id).toBe('y/m');
  });
});

describe('namedOffers', () => {
  it('makes what a test key gets free, and gives it nothing but the sandbox', () => {
    const echo = served('sandbox/echo', 'sandbox/echo', priced('1', '1'), { tiers: { flex: { prices: {} } } });
    const [free] = namedOffers('echo', [echo, ...offers], { mode: 'test' });
    expect(free).toEqual({ ...echo, prices: {}, tiers: undefined });
    expect(namedOffers('gpt-4o', [echo, ...offers], { mode: 'test' })).toEqual([]);
  });

  it('keeps to restrictions', () => {
    const named = namedOffers('gpt-4o', offers, { restrictions: [{ deniedModels: ['openrouter/*'] }] });
    expect(named.map(({ id }) => id)).toEqual(['openai/gpt-4o', 'azure/gpt-4o']);
  });
});

describe('three thousand offers', () => {
  const many = Array.from({ length: 3_000 }, (_, number) =>
    served(
      `vendor-${number % 25}/model-${Math.floor(number / 25)}`,
      `maker/model-${Math.floor(number / 25)}`,
      priced('1', '2'),
    ),
  );

  it('are indexed once, and then found without reading them', () => {
    expect(modelIndexOf(many)).toBe(modelIndexOf(many));
    let asked = 0;
    const found = modelIndexOf(many).find('maker/model-119', () => (asked += 1) > 0);
    expect(found).toHaveLength(25);
    expect(asked).toBe(25);
  });

  it('are not all measured to find the nearest', () => {
    const startedAt = performance.now();
    expect(nearestModels('modl-119', many)[0]).toMatch(/model-119$/);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
