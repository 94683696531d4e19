import { describe, expect, it } from 'vitest';
import { resolveModel } from '../../workflows/domain/models.js';
import { priceOf } from '../../workflows/domain/pricing.js';
import { CATALOGUE_VENDORS, CatalogueError, checkOffers, loadCatalogue } from './load-catalogue.js';

const { offers } = loadCatalogue({ vendors: CATALOGUE_VENDORS });
const find = (name: string) => {
  const offer = resolveModel(name, offers);
  if (!offer) throw new Error(`no ${name}`);
  return offer;
};

describe('the catalogue', () => {
  it.each([
    ['openai/gpt-4o', '2.5', '10'],
    ['gpt-4o-mini', '0.15', '0.6'],
    ['gpt-4.1', '2', '8'],
    ['gpt-5', '1.25', '10'],
    ['o3', '2', '8'],
    ['anthropic/claude-haiku-4-5', '1', '5'],
    ['claude-haiku-4-5-20251001', '1', '5'],
    ['claude-sonnet-4-5', '3', '15'],
  ])('%s costs %s and %s USD per million tokens', (name, input, output) => {
    const { prices } = find(name);
    expect(prices.input).toEqual({ usd: input, per: 1_000_000 });
    expect(prices.output).toEqual({ usd: output, per: 1_000_000 });
  });

  it('has a name for each offer that no other offer has', () => {
    const names = offers.flatMap(({ id, aliases }) => [id, ...aliases].map((name) => name.toLowerCase()));
    expect(new Set(names).size).toBe(names.length);
    for (const offer of offers) {
      for (const name of [offer.id, ...offer.aliases]) expect(resolveModel(name, offers)).toBe(offer);
    }
  });

  it('prices the cache of Anthropic by its lifetimes: 1.25 and 2 times the input', () => {
    const haiku = find('claude-haiku-4-5');
    expect(priceOf({ input_cache_write_5m: 4, input_cache_write_1h: 1, input_cached_read: 10 }, haiku)).toBe(8_000n);
  });

  it('says of each vendor’s price where it was read, and when', () => {
    for (const { id, source } of offers.filter(({ vendor }) => vendor !== 'sandbox')) {
      expect(source.url, id).toMatch(/^https:\/\/(developers\.openai\.com|platform\.claude\.com)\//);
      expect(source.asOf, id).toMatch(/^2026-\d\d-\d\d$/);
    }
  });

  it('has a sandbox that is free, but for the one that plays at being paid', () => {
    const sandbox = loadCatalogue({ vendors: ['sandbox'] }).offers;
    expect(sandbox.map(({ vendorModel }) => vendorModel)).toEqual([
      'echo',
      'lorem',
      'metered',
      'rate-limited',
      'overloaded',
      'server-error',
      'slow',
      'stall',
      'cut-stream',
      'garbage',
      'flaky',
    ]);
    const paid = sandbox.filter((offer) => priceOf({ input: 1, output: 1 }, offer) > 0n);
    expect(paid.map(({ id }) => id)).toEqual(['sandbox/metered']);
    expect(priceOf({ input: 1, output: 1 }, find('sandbox/metered'))).toBe(12_500n);
  });
});

describe('loadCatalogue', () => {
  it('holds the vendors that were asked for alone, in their order', () => {
    const vendors = loadCatalogue({ vendors: ['anthropic', 'sandbox', 'anthropic'] }).offers.map(
      ({ vendor }) => vendor,
    );
    expect([...new Set(vendors)]).toEqual(['anthropic', 'sandbox']);
    expect(vendors.lastIndexOf('anthropic')).toBeLessThan(vendors.indexOf('sandbox'));
    expect(loadCatalogue({ vendors: [] }).offers).toEqual([]);
  });

  it('names every vendor that it does not know', () => {
    expect(() => loadCatalogue({ vendors: ['sandbox', 'acme', 'toString'] })).toThrow(
      new CatalogueError(['acme: no vendor of the catalogue', 'toString: no vendor of the catalogue']),
    );
  });
});

describe('checkOffers', () => {
  const good = find('sandbox/metered');
  const twoTiers = { ...good, longContext: { aboveInputTokens: 1, prices: good.prices } };
  const problemsOf = (...listed: unknown[]) => checkOffers(listed).problems;

  it('accepts what is right', () => {
    expect(problemsOf(good, find('sandbox/echo'))).toEqual([]);
    expect(problemsOf(twoTiers)).toEqual([]);
  });

  it.each([
    [
      'a price as a double',
      { prices: { ...good.prices, input: { usd: 2.5, per: 1 } } },
      /^sandbox\/metered: prices.input.usd: /,
    ],
    ['a price with an exponent', { prices: { ...good.prices, input: { usd: '1e-6', per: 1 } } }, /plain decimal/],
    [
      'one side without a price',
      { prices: { input: { usd: '1', per: 1 } } },
      /must be empty, or price input and output/,
    ],
    ['an unknown unit', { prices: { ...good.prices, inptu: { usd: '1', per: 1 } } }, /prices/],
    ['an unknown field', { maxImagTokens: 1 }, /maxImagTokens/],
    ['an unknown capability', { capabilities: ['vision'] }, /capabilities\.0/],
    ['another vendor’s id', { vendor: 'openai' }, /id: must begin with the vendor/],
    ['more output than the window', { contextWindow: 1 }, /must fit the context window/],
    ['a limit of nothing', { maxOutputTokens: 0 }, /maxOutputTokens/],
    ['a source without an address', { source: { url: 'the web', asOf: '2026-11-24' } }, /source\.url/],
    ['no date', { source: { url: 'https://example.com', asOf: 'today' } }, /source\.asOf/],
    [
      'long input that is cheaper',
      { longContext: { aboveInputTokens: 1, prices: { ...good.prices, output: { usd: '9.99', per: 1_000_000 } } } },
      /output: must not be below/,
    ],
  ])('refuses %s', (_, changes, problem) => {
    const problems = problemsOf({ ...good, ...changes });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('tells all problems at once, and names what has no name', () => {
    const problems = problemsOf({ ...good, created: -1, kind: 'video' }, null, good, {
      ...good,
      id: 'sandbox/other',
      aliases: ['SANDBOX/METERED'],
    });
    expect(problems.map((problem) => problem.split(': ').slice(0, 2).join(': '))).toEqual([
      'sandbox/metered: kind',
      'sandbox/metered: created',
      'offer 1: ',
      'sandbox/other: the name SANDBOX/METERED is taken by sandbox/metered',
    ]);
  });
});
