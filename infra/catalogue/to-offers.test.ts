import { describe, expect, it } from 'vitest';
import { readRows } from './price-map.js';
import { toOffers } from './to-offers.js';

const row = {
  litellm_provider: 'openai',
  mode: 'chat',
  max_input_tokens: 128_000,
  max_output_tokens: 16_384,
  input_cost_per_token: 2.5e-6,
  output_cost_per_token: 1e-5,
};

const offersOf = (rows: { readonly [name: string]: object }, vendor: 'openai' | 'anthropic' = 'openai') =>
  toOffers(readRows(JSON.stringify(rows), vendor, '2026-11-24'), vendor, '2026-11-24');

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
        prices: {
          input: { usd: '2.5', per: 1_000_000 },
          input_cached_read: { usd: '1.25', per: 1_000_000 },
          output: { usd: '10', per: 1_000_000 },
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

  it('does not choose between two tiers', () => {
    const tiers = { input_cost_per_token_above_128k_tokens: 5e-6, input_cost_per_token_above_272k_tokens: 6e-6 };
    expect(() => offersOf({ 'gpt-5.4': { ...row, ...tiers } })).toThrow('more than one price tier');
  });

  it('prices the searches of Anthropic', () => {
    const [offer] = offersOf({ 'claude-haiku-4-5': { ...row, litellm_provider: 'anthropic' } }, 'anthropic');
    expect(offer).toMatchObject({ capabilities: ['web_search'], prices: { searches: { usd: '10', per: 1_000 } } });
  });

  it('says which models only the Responses API serves', () => {
    const responses = { ...row, mode: 'responses', supported_endpoints: ['/v1/responses'] };
    expect(offersOf({ 'gpt-5-codex': responses })).toMatchObject([{ wire: 'openai-responses' }]);
    expect(offersOf({ 'gpt-5': row })[0]).not.toHaveProperty('wire');
    expect(offersOf({ 'gpt-5-codex': { ...responses, supported_endpoints: ['/v1/batch'] } })).toEqual([]);
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

  it('keeps a row that ends later', () => {
    expect(offersOf({ 'gpt-5': { ...row, deprecation_date: '2026-11-25' } })).toHaveLength(1);
  });
});
