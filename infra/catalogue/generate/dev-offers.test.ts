import { expect, it } from 'vitest';
import { toDevOffers } from './dev-offers.js';
import { readModelsDev } from './models-dev.js';
import { VENDOR_SOURCES } from './sources.js';
import { createTally } from './tally.js';

const model = {
  id: 'acme/m',
  name: 'M',
  tool_call: true,
  reasoning: false,
  structured_output: true,
  release_date: '2026-01-02',
  modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
  limit: { context: 1_000, output: 4_000 },
  cost: { input: 0.1, output: 2.5e-1, cache_write: 0, tiers: [{ input: 0.2, tier: { type: 'context', size: 500 } }] },
};
const read = (changes: object, vendor = 'openrouter') => {
  const source = VENDOR_SOURCES.find((one) => one.vendor === vendor);
  if (!source) throw new Error(`no source for ${vendor}`);
  const tally = createTally();
  const providers = readModelsDev(JSON.stringify({ [vendor]: { models: { m: { ...model, ...changes } } } }));
  return { offers: toDevOffers(providers, source, '2026-05-21', tally), dropped: [...tally.dropped.keys()] };
};

it('takes prices, limits and abilities over', () => {
  const price = (usd: string) => ({ usd, per: 1_000_000 });
  expect(read({}).offers).toEqual([
    {
      id: 'openrouter/acme/m',
      vendor: 'openrouter',
      vendorModel: 'acme/m',
      aliases: [],
      kind: 'chat',
      contextWindow: 1_000,
      maxOutputTokens: 1_000,
      capabilities: ['tools', 'images', 'files', 'json_schema'],
      prices: { input: price('0.1'), output: price('0.25') },
      longContext: { aboveInputTokens: 500, prices: { input: price('0.2'), output: price('0.25') } },
      source: { url: 'https://openrouter.ai/models', asOf: '2026-05-21' },
      created: Date.UTC(2026, 0, 2) / 1_000,
    },
  ]);
});

it.each([
  ['that is over', { status: 'deprecated' }, 'ended'],
  ['of vectors', { id: 'acme/text-embed' }, 'left_out'],
  ['of pictures', { modalities: { input: ['text'], output: ['image'] } }, 'left_out'],
  ['without a price', { cost: undefined }, 'no_price'],
  ['at zero', { cost: { input: 0, output: 0 } }, 'no_price'],
  ['without a limit', { limit: { context: 0, output: 0 } }, 'no_limit'],
])('leaves out a model %s', (_, changes, reason) => {
  expect(read(changes)).toEqual({ offers: [], dropped: [reason] });
});

it('keeps at zero what is free by its name', () => {
  expect(read({ id: 'acme/m:free', cost: { input: 0, output: 0 } }).offers).toHaveLength(1);
});
