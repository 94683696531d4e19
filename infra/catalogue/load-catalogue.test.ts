import { describe, expect, it } from 'vitest';
import { modelIndexOf } from '../../workflows/domain/model-index.js';
import { priceOf } from '../../workflows/domain/pricing.js';
import { CATALOGUE_VENDORS, CatalogueError, checkOffers, loadCatalogue, loadMediaOffers } from './load-catalogue.js';

const { offers, models, warnings } = loadCatalogue({ vendors: CATALOGUE_VENDORS, convertedPrices: true });
const find = (name: string) => {
  const [offer] = modelIndexOf(offers).find(name);
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

  it('has 25 vendors and 300 priced models at least, and no broken row', () => {
    expect(warnings).toEqual([]);
    expect(new Set(offers.map(({ vendor }) => vendor)).size).toBeGreaterThanOrEqual(26);
    expect(models.length).toBeGreaterThanOrEqual(300);
    expect(loadMediaOffers({ vendors: CATALOGUE_VENDORS, convertedPrices: true }).warnings).toEqual([]);
  });

  it('has for each offer an id that means it alone, and a vendor’s own names that do', () => {
    for (const offer of offers) {
      const names = [offer.id, ...offer.aliases.map((alias) => `${offer.vendor}/${alias}`)];
      for (const name of names) expect(modelIndexOf(offers).find(name), name).toEqual([offer]);
    }
  });

  it('describes the model of each offer, and finds the offers of each model', () => {
    const described = new Set(models.map(({ id }) => id));
    for (const { id, model, vendor } of offers)
      if (vendor !== 'sandbox') expect(described.has(model ?? ''), `${id}: ${model}`).toBe(true);
    for (const { id } of models) {
      const served = offers.filter(({ model, region }) => model === id && region === undefined);
      const found = modelIndexOf(offers).find(id);
      // Where a vendor's offer has the id of the model, the id means that offer.
      if (served.length > 0)
        expect(
          found.every(({ model }) => model === id),
          id,
        ).toBe(true);
    }
  });

  it.each([
    ['llama-3.3-70b-instruct', ['azure', 'bedrock', 'fireworks', 'nvidia', 'openrouter']],
    ['claude-sonnet-4-5', ['anthropic', 'azure', 'bedrock', 'openrouter']],
    [
      'openai/gpt-oss-120b',
      ['azure', 'bedrock', 'cerebras', 'groq', 'nvidia', 'openrouter', 'siliconflow', 'together', 'vertex'],
    ],
    ['deepseek-r1', ['bedrock', 'deepseek', 'fireworks', 'openrouter', 'siliconflow']],
    ['gpt-4o-mini', ['azure', 'openai', 'openrouter']],
  ])('knows %s at all its vendors', (name, vendors) => {
    expect(
      [
        ...new Set(
          modelIndexOf(offers)
            .find(name)
            .map(({ vendor }) => vendor),
        ),
      ].sort(),
    ).toEqual(vendors);
  });

  it('prices the cache of Anthropic by its lifetimes: 1.25 and 2 times the input', () => {
    const haiku = find('claude-haiku-4-5');
    expect(priceOf({ input_cache_write_5m: 4, input_cache_write_1h: 1, input_cached_read: 10 }, haiku)).toBe(8_000n);
  });

  it('says of each vendor’s price where it was read, and when', () => {
    for (const { id, source } of offers.filter(({ vendor }) => vendor !== 'sandbox')) {
      expect(source.url, id).toMatch(/^https:\/\//);
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

describe('a broken row', () => {
  const good = {
    id: 'openai/x',
    contextWindow: 10,
    maxOutputTokens: 5,
    capabilities: [],
    prices: { input: '1', output: '2' },
  };
  const source = { url: 'https://example.com', asOf: '2026-11-24' };
  const whole = { ...good, source, created: 1 };
  const load = (rows: unknown) =>
    loadCatalogue({ vendors: ['openai', 'sandbox'], read: (folder) => (folder === 'offers' ? rows : []) });

  it.each([
    ['without a price', { ...whole, id: 'openai/y', prices: { input: '1' } }, 'openai/y: prices: must be empty, or'],
    ['with a double', { ...whole, id: 'openai/y', prices: { input: 1, output: '1' } }, 'openai/y: prices.input: '],
    ['of another vendor', { ...whole, id: 'azure/y' }, 'azure/y: id: must begin with the vendor'],
    ['of a name that is taken', { ...whole, id: 'openai/X' }, 'openai/X: the name openai/X is taken by openai/x'],
    [
      'that is cheaper for more',
      {
        ...whole,
        id: 'openai/y',
        longContext: { aboveInputTokens: 5, prices: { input: '2', output: '2' } },
        longerContexts: [{ aboveInputTokens: 9, prices: { input: '1', output: '2' } }],
      },
      'openai/y: longerContexts.0.prices.input: must not be below',
    ],
    ['that is none', 'openai/y', 'row 1: '],
  ])('%s is left out with a warning, and nothing else is', (_, row, warning) => {
    const loaded = load([whole, row]);
    expect(loaded.offers.map(({ id }) => id).slice(0, 2)).toEqual(['openai/x', 'sandbox/echo']);
    expect(loaded.warnings).toHaveLength(1);
    expect(loaded.warnings[0]).toContain(warning);
  });

  it('does not matter more where it is a whole file', () => {
    const read = () => JSON.parse('[{') as unknown;
    const loaded = loadCatalogue({ vendors: ['openai', 'sandbox'], read });
    expect(loaded.offers[0]?.id).toBe('sandbox/echo');
    expect(loaded.warnings[0]).toMatch(/^openai: offers\/openai\.json: /);
    expect(load({}).warnings).toEqual(['openai: offers/openai.json: it is no list']);
  });

  it('is expanded to an offer where it is right', () => {
    expect(load([whole]).offers[0]).toEqual({
      ...whole,
      vendor: 'openai',
      vendorModel: 'x',
      aliases: [],
      kind: 'chat',
      prices: { input: { usd: '1', per: 1_000_000 }, output: { usd: '2', per: 1_000_000 } },
    });
  });
});

describe('prices that were converted from another currency', () => {
  it('are not offered unless the operator says so', () => {
    expect(loadCatalogue({ vendors: ['volcengine'] }).offers).toEqual([]);
    const { offers: converted } = loadCatalogue({ vendors: ['volcengine'], convertedPrices: true });
    expect(converted.length).toBeGreaterThan(0);
    expect(new Set(converted.map(({ source: { convertedFrom } }) => convertedFrom))).toEqual(new Set(['CNY']));
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
    ['more output than the window', { contextWindow: 1 }, /must be at most the context window/],
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
      'row 1: ',
      'sandbox/other: the name SANDBOX/METERED is taken by sandbox/metered',
    ]);
  });
});
