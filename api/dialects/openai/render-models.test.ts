import { describe, expect, it } from 'vitest';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { renderModel, renderModelList } from './render-models.js';

const OFFER: Offer = {
  id: 'openai/gpt-x',
  vendor: 'openai',
  vendorModel: 'gpt-x-2026',
  aliases: ['gpt-x'],
  kind: 'chat',
  contextWindow: 1000,
  maxOutputTokens: 100,
  capabilities: ['tools'],
  prices: { input: { usd: '0.15', per: 1_000_000 }, output: { usd: '0.6', per: 1_000_000 } },
  source: { url: 'https://example.com/prices', asOf: '2026-11-01' },
  created: 1_700_000_000,
};
const SANDBOX: Offer = { ...OFFER, id: 'sandbox/echo', vendor: 'sandbox', aliases: ['gpt-x'], prices: {} };

describe('models', () => {
  it('shows OpenAI’s fields, limits and exact prices', () => {
    expect(renderModel(OFFER)).toEqual({
      id: 'openai/gpt-x',
      object: 'model',
      created: 1_700_000_000,
      owned_by: 'openai',
      aliases: ['gpt-x'],
      context_window: 1000,
      max_output_tokens: 100,
      capabilities: ['tools'],
      pricing: { input: { usd: '0.15', per: 1_000_000 }, output: { usd: '0.6', per: 1_000_000 } },
      pricing_source: { url: 'https://example.com/prices', as_of: '2026-11-01' },
    });
  });

  it('tells prices of the operator from the vendor’s own', () => {
    const source = { ...OFFER.source, asOf: '2026-11-20', setBy: 'operator' } as const;
    expect(renderModel({ ...OFFER, source })).toMatchObject({
      pricing_source: { set_by: 'operator', as_of: '2026-11-20' },
    });
  });

  it('labels the sandbox, and only the sandbox', () => {
    expect(renderModelList([OFFER, SANDBOX])).toMatchObject({
      object: 'list',
      data: [{ id: 'openai/gpt-x' }, { id: 'sandbox/echo', sandbox: true, pricing: {} }],
    });
    expect(renderModel(OFFER)).not.toHaveProperty('sandbox');
  });
});
