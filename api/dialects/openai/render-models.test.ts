import { describe, expect, it } from 'vitest';
import type { Model } from '../../../workflows/contracts/models.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { modelEndpointsSchema, modelSchema } from '../../openapi/answer-schemas.js';
import { renderEndpoints, renderModel, renderModelList } from './render-models.js';

const OFFER: Offer = {
  id: 'openai/gpt-x',
  vendor: 'openai',
  vendorModel: 'gpt-x-2026',
  aliases: ['gpt-x'],
  kind: 'chat',
  contextWindow: 1000,
  maxOutputTokens: 100,
  capabilities: ['tools', 'images'],
  prices: {
    input: { usd: '0.15', per: 1_000_000 },
    input_cached_read: { usd: '0.075', per: 1_000_000 },
    output: { usd: '0.6', per: 1_000_000 },
    searches: { usd: '10', per: 1_000 },
  },
  source: { url: 'https://example.com/prices', asOf: '2026-11-01' },
  created: 1_700_000_000,
};
const MODEL: Model = {
  id: 'openai/gpt-x',
  maker: 'openai',
  name: 'GPT X',
  modalities: { input: ['text', 'image', 'file'], output: ['text'] },
  contextWindow: 1000,
  maxOutputTokens: 100,
  capabilities: ['tools'],
  knowledge: '2026-01',
};
const SANDBOX: Offer = { ...OFFER, id: 'sandbox/echo', vendor: 'sandbox', aliases: ['gpt-x'], prices: {} };

describe('models', () => {
  it('shows OpenAI’s fields, OpenRouter’s, limits and exact prices', () => {
    const rendered = renderModel({ ...OFFER, model: 'openai/gpt-x' }, MODEL);
    expect(rendered).toEqual({
      id: 'openai/gpt-x',
      object: 'model',
      created: 1_700_000_000,
      owned_by: 'openai',
      canonical_slug: 'openai/gpt-x',
      name: 'GPT X',
      context_length: 1000,
      architecture: {
        modality: 'text+image+file->text',
        input_modalities: ['text', 'image', 'file'],
        output_modalities: ['text'],
        tokenizer: 'Other',
        instruct_type: null,
      },
      pricing: { prompt: '0.00000015', completion: '0.0000006', input_cache_read: '0.000000075', web_search: '0.01' },
      top_provider: { context_length: 1000, max_completion_tokens: 100, is_moderated: false },
      per_request_limits: null,
      default_parameters: null,
      supported_parameters: [
        ...['max_tokens', 'max_completion_tokens', 'stop', 'temperature', 'top_p'],
        ...['tools', 'tool_choice', 'parallel_tool_calls'],
      ],
      knowledge_cutoff: '2026-01',
      expiration_date: null,
      quality: null,
      aliases: ['gpt-x'],
      context_window: 1000,
      max_output_tokens: 100,
      capabilities: ['tools', 'images'],
      prices: {
        input: { usd: '0.15', per: 1_000_000 },
        input_cached_read: { usd: '0.075', per: 1_000_000 },
        output: { usd: '0.6', per: 1_000_000 },
        searches: { usd: '10', per: 1_000 },
      },
      pricing_source: { url: 'https://example.com/prices', as_of: '2026-11-01' },
    });
    expect(modelSchema.safeParse(rendered).error).toBeUndefined();
  });

  it('does without a description of the model', () => {
    expect(renderModel(OFFER, undefined)).toMatchObject({
      canonical_slug: 'openai/gpt-x',
      name: 'gpt-x-2026',
      architecture: { modality: 'text+image->text', input_modalities: ['text', 'image'] },
      knowledge_cutoff: null,
    });
  });

  it('tells the end, the region, the service tiers, converted prices and steps by length', () => {
    const price = { usd: '1', per: 1_000_000 };
    const rendered = renderModel(
      {
        ...OFFER,
        region: 'eu',
        deprecatedOn: '2027-01-01',
        tiers: { flex: { prices: { input: price, output: price } } },
        longContext: { aboveInputTokens: 200_000, prices: { input: price, output: price } },
        source: { ...OFFER.source, convertedFrom: 'CNY' },
      },
      undefined,
    );
    expect(rendered).toMatchObject({
      region: 'eu',
      expiration_date: '2027-01-01',
      service_tiers: { flex: { prices: { input: price, output: price } } },
      pricing: { overrides: [{ min_prompt_tokens: 200_001, prompt: '0.000001', completion: '0.000001' }] },
      pricing_source: { converted_from: 'CNY' },
    });
    expect(modelSchema.safeParse(rendered).error).toBeUndefined();
  });

  it('tells prices of the operator from the vendor’s own', () => {
    const source = { ...OFFER.source, asOf: '2026-11-20', setBy: 'operator' } as const;
    expect(renderModel({ ...OFFER, source }, undefined)).toMatchObject({
      pricing_source: { set_by: 'operator', as_of: '2026-11-20' },
    });
  });

  it('labels the sandbox, and only the sandbox', () => {
    expect(renderModelList([OFFER, SANDBOX], () => undefined)).toMatchObject({
      object: 'list',
      data: [
        { id: 'openai/gpt-x' },
        { id: 'sandbox/echo', sandbox: true, prices: {}, pricing: { prompt: '0', completion: '0' } },
      ],
    });
    expect(renderModel(OFFER, undefined)).not.toHaveProperty('sandbox');
  });

  it('shows who serves a model', () => {
    const azure: Offer = { ...OFFER, id: 'azure/eu/gpt-x', vendor: 'azure', region: 'eu', created: 1_600_000_000 };
    const percentiles = { p50: 1, p75: 2, p90: 3, p99: 4 };
    const history = { uptime5m: 1, uptime30m: 0.99876, firstTokenMs: percentiles };
    const rendered = renderEndpoints([OFFER, azure], MODEL, new Map([['azure/eu/gpt-x', history]]));
    expect(modelEndpointsSchema.safeParse(rendered).error).toBeUndefined();
    expect(rendered).toMatchObject({
      data: {
        id: 'openai/gpt-x',
        name: 'GPT X',
        created: 1_600_000_000,
        endpoints: [
          {
            ...{ offer_id: 'openai/gpt-x', provider_name: 'openai', tag: 'openai', supports_implicit_caching: true },
            ...{ uptime_last_5m: null, uptime_last_30m: null, latency_last_30m: null, throughput_last_30m: null },
          },
          {
            ...{ offer_id: 'azure/eu/gpt-x', provider_name: 'azure', tag: 'azure/eu' },
            pricing: { prompt: '0.00000015' },
            ...{ uptime_last_5m: 100, uptime_last_30m: 99.88, uptime_last_1d: null },
            ...{ latency_last_30m: percentiles, throughput_last_30m: null },
          },
        ],
      },
    });
  });
});
