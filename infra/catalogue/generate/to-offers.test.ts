import { describe, expect, it } from 'vitest';
import { readPriceMap, readRows } from './price-map.js';
import { VENDOR_SOURCES } from './sources.js';
import { createTally } from './tally.js';
import { toOffers } from './to-offers.js';

const row = {
  litellm_provider: 'openai',
  mode: 'chat',
  max_input_tokens: 128_000,
  max_output_tokens: 16_384,
  input_cost_per_token: 2.5e-6,
  output_cost_per_token: 1e-5,
};

const read = (rows: { readonly [name: string]: object }, vendor: string) => {
  const source = VENDOR_SOURCES.find((one) => one.vendor === vendor);
  if (!source) throw new Error(`no source for ${vendor}`);
  const tally = createTally();
  const asOf = '2026-11-24';
  const offers = toOffers(readRows(readPriceMap(JSON.stringify(rows)), source, asOf, tally), source, asOf, tally);
  return { offers, dropped: [...tally.dropped.keys()] };
};
const offersOf = (rows: { readonly [name: string]: object }, vendor = 'openai') => read(rows, vendor).offers;

describe('toOffers', () => {
  it('takes prices, limits and abilities over', () => {
    const fields = {
      ...row,
      cache_read_input_token_cost: 1.25e-6,
      supports_vision: true,
      supports_function_calling: true,
    };
    expect(offersOf({ 'gpt-4o': fields })).toEqual([
      {
        id: 'openai/gpt-4o',
        vendor: 'openai',
        vendorModel: 'gpt-4o',
        aliases: ['gpt-4o'],
        kind: 'chat',
        contextWindow: 128_000,
        maxOutputTokens: 16_384,
        capabilities: ['tools', 'images', 'logprobs'],
        maxImageTokens: 1_445,
        tokenizer: 'o200k_base',
        prices: {
          input: { usd: '2.5', per: 1_000_000 },
          input_cached_read: { usd: '1.25', per: 1_000_000 },
          output: { usd: '10', per: 1_000_000 },
          file_searches: { usd: '2.5', per: 1_000 },
          containers: { usd: '0.03', per: 1 },
        },
        source: { url: 'https://developers.openai.com/api/docs/pricing', asOf: '2026-11-24' },
        created: Date.UTC(2024, 4, 13) / 1_000,
      },
    ]);
  });

  it('makes the only snapshot of a model its alias', () => {
    const offers = offersOf({ 'gpt-5': row, 'gpt-5-2025-08-07': row });
    expect(offers).toMatchObject([
      { id: 'openai/gpt-5', aliases: ['gpt-5', 'gpt-5-2025-08-07'], created: Date.UTC(2025, 7, 7) / 1_000 },
    ]);
  });

  it.each([
    ['of several', { 'gpt-5-2025-08-07': row, 'gpt-5-2026-01-01': row }],
    ['at another price', { 'gpt-5-2025-08-07': { ...row, output_cost_per_token: 2e-5 } }],
    ['with another limit', { 'gpt-5-2025-08-07': { ...row, max_output_tokens: 4_096 } }],
  ])('leaves a snapshot %s on its own', (_, snapshots) => {
    const offers = offersOf({ 'gpt-5': row, ...snapshots });
    expect(offers.map(({ aliases }) => aliases)).toEqual(['gpt-5', ...Object.keys(snapshots)].map((name) => [name]));
  });

  it('adds the output to a limit that is of input alone', () => {
    expect(offersOf({ 'gpt-5': { ...row, max_input_tokens: 272_000, max_output_tokens: 128_000 } })).toMatchObject([
      { contextWindow: 400_000 },
    ]);
  });

  it('keeps the prices for long input apart', () => {
    const long = { input_cost_per_token_above_272k_tokens: 5e-6, output_cost_per_token_above_272k_tokens: 1.5e-5 };
    const [offer] = offersOf({ 'gpt-5.4': { ...row, ...long, input_cost_per_token_above_272k_tokens_flex: 2.5e-6 } });
    expect(offer?.longContext).toEqual({
      aboveInputTokens: 272_000,
      prices: { input: { usd: '5', per: 1_000_000 }, output: { usd: '15', per: 1_000_000 } },
    });
  });

  it('keeps further steps in their order, and what a step does not name at its price', () => {
    const steps = {
      input_cost_per_token_above_272k_tokens: 6e-6,
      output_cost_per_token_above_272k_tokens: 2e-5,
      input_cost_per_token_above_128k_tokens: 5e-6,
    };
    const [offer] = offersOf({ 'gpt-5.4': { ...row, ...steps } });
    const price = (usd: string) => ({ usd, per: 1_000_000 });
    expect(offer?.longContext).toEqual({
      aboveInputTokens: 128_000,
      prices: { input: price('5'), output: price('10') },
    });
    expect(offer?.longerContexts).toEqual([
      { aboveInputTokens: 272_000, prices: { input: price('6'), output: price('20') } },
    ]);
  });

  it('reads steps that are listed as ranges', () => {
    const tiered_pricing = [
      { range: [0, 32_000.0], input_cost_per_token: 1.2e-6, output_cost_per_token: 6e-6 },
      { range: [32_000.0, 128_000.0], input_cost_per_token: 2.4e-6, output_cost_per_token: 1.2e-5 },
      { range: [128_000.0, 252_000.0], input_cost_per_token: 3e-6, output_cost_per_token: 1.5e-5 },
    ];
    const limits = { max_input_tokens: 258_048, max_output_tokens: 65_536 };
    const [offer] = offersOf(
      { 'dashscope/qwen3-max': { litellm_provider: 'dashscope', mode: 'chat', ...limits, tiered_pricing } },
      'alibaba',
    );
    expect(offer).toMatchObject({
      id: 'alibaba/qwen3-max',
      prices: { input: { usd: '1.2' }, output: { usd: '6' } },
      longContext: { aboveInputTokens: 32_000, prices: { input: { usd: '2.4' } } },
      longerContexts: [{ aboveInputTokens: 128_000, prices: { output: { usd: '15' } } }],
    });
  });

  it('keeps the prices of service tiers apart, and no half of a list', () => {
    const tiers = {
      input_cost_per_token_batches: 1.25e-6,
      output_cost_per_token_batches: 5e-6,
      input_cost_per_token_priority: 5e-6,
    };
    const [offer] = offersOf({ 'gpt-5': { ...row, ...tiers } });
    expect(offer?.tiers).toEqual({
      batch: { prices: { input: { usd: '1.25', per: 1_000_000 }, output: { usd: '5', per: 1_000_000 } } },
    });
  });

  it.each([
    ['azure', 'azure/eu/gpt-x', 'azure/eu/gpt-x', 'gpt-x', 'eu'],
    ['azure', 'azure/global/gpt-x', 'azure/gpt-x', 'gpt-x', undefined],
    [
      'bedrock',
      'bedrock/us-gov-west-1/anthropic.x',
      'bedrock/us-gov-west-1/anthropic.x',
      'anthropic.x',
      'us-gov-west-1',
    ],
    ['bedrock_converse', 'eu.anthropic.x', 'bedrock/eu.anthropic.x', 'eu.anthropic.x', 'eu'],
    ['bedrock_converse', 'global.anthropic.x', 'bedrock/global.anthropic.x', 'global.anthropic.x', undefined],
    ['vertex_ai', 'vertex_ai/gemini-x@default', 'vertex/gemini-x', 'gemini-x', undefined],
    ['fireworks_ai', 'fireworks_ai/glm-4p6', 'fireworks/glm-4p6', 'accounts/fireworks/models/glm-4p6', undefined],
  ])('reads %s’s name %s', (provider, name, id, vendorModel, region) => {
    const vendor = id.slice(0, id.indexOf('/'));
    const [offer] = offersOf({ [name]: { ...row, litellm_provider: provider } }, vendor);
    expect(offer).toMatchObject({ id, vendorModel });
    expect(offer?.region).toBe(region);
  });

  it('takes each model once, whatever stands before its name', () => {
    const fields = { ...row, litellm_provider: 'gemini' };
    const { offers, dropped } = read({ 'gemini/gemini-x': fields, 'gemini-x': fields }, 'google');
    expect(offers.map(({ id }) => id)).toEqual(['google/gemini-x']);
    expect(dropped).toEqual(['repeated']);
  });

  it('takes a price of zero for unknown, but where the vendor is known to ask nothing', () => {
    const free = { ...row, litellm_provider: 'zai', input_cost_per_token: 0, output_cost_per_token: 0.0 };
    const { offers, dropped } = read({ 'zai/glm-4.5-flash': free, 'zai/glm-9': free }, 'zai');
    expect(offers.map(({ id }) => id)).toEqual(['zai/glm-4.5-flash']);
    expect(dropped).toEqual(['no_price']);
  });

  it('says where a source has converted prices', () => {
    const [offer] = offersOf({ 'volcengine/doubao-x': { ...row, litellm_provider: 'volcengine' } }, 'volcengine');
    expect(offer?.source.convertedFrom).toBe('CNY');
  });

  it('prices the searches of Anthropic', () => {
    const [offer] = offersOf({ 'claude-haiku-4-5': { ...row, litellm_provider: 'anthropic' } }, 'anthropic');
    expect(offer).toMatchObject({ capabilities: ['web_search'], prices: { searches: { usd: '10', per: 1_000 } } });
  });

  it("prices OpenAI's own tools, searches at the dearest of what the map says", () => {
    const sizes = { search_context_size_low: 0.01, search_context_size_high: 0.025 };
    const searching = { supports_web_search: true, search_context_cost_per_query: sizes };
    const able = { ...row, supports_function_calling: true };
    const tools = { file_searches: { usd: '2.5', per: 1_000 }, containers: { usd: '0.03', per: 1 } };
    const [offer] = offersOf({ 'gpt-5': { ...able, ...searching } });
    expect(offer?.prices).toMatchObject({ searches: { usd: '25', per: 1_000 }, ...tools });
    expect(offer?.capabilities).toContain('web_search');
    const [silent] = offersOf({ 'gpt-5': able });
    expect(silent?.prices).toMatchObject(tools);
    expect(silent?.prices).not.toHaveProperty('searches');
  });

  it.each([
    ['without a price', 'gpt-5', { output_cost_per_token: undefined }],
    ['without a limit', 'gpt-5', { max_output_tokens: undefined }],
    ['with a limit in words', 'gpt-5', { max_input_tokens: 'max input tokens' }],
    ['of another vendor', 'gpt-5', { litellm_provider: 'azure' }],
    ['that is no chat model', 'gpt-5', { mode: 'completion' }],
    ['past its end', 'gpt-5', { deprecation_date: '2026-11-24' }],
    ['of another endpoint', 'gpt-5', { supported_endpoints: ['/v1/responses'] }],
    ['of an owner', 'ft:gpt-4o', {}],
    ['that always searches', 'gpt-4o-search-preview', {}],
  ])('leaves out a row %s', (_, name, changes) => {
    expect(offersOf({ [name]: { ...row, ...changes } })).toEqual([]);
  });

  it('says which models only the Responses API serves', () => {
    const responses = { ...row, mode: 'responses', supported_endpoints: ['/v1/responses'] };
    expect(offersOf({ 'gpt-5-codex': responses })).toMatchObject([{ wire: 'openai-responses' }]);
    expect(offersOf({ 'gpt-5': row })[0]).not.toHaveProperty('wire');
    expect(offersOf({ 'gpt-5-codex': { ...responses, supported_endpoints: ['/v1/batch'] } })).toEqual([]);
    expect(offersOf({ 'azure/gpt-5-pro': { ...responses, litellm_provider: 'azure' } }, 'azure')).toEqual([]);
  });

  it('keeps a row that ends later', () => {
    const [offer] = offersOf({ 'gpt-5': { ...row, deprecation_date: '2026-11-25' } });
    expect(offer?.deprecatedOn).toBe('2026-11-25');
  });
});
