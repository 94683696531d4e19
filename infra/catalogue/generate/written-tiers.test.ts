import { expect, it } from 'vitest';
import type { MediaKind, MediaOffer } from '../../../workflows/contracts/media-offers.js';
import type { PriceList } from '../../../workflows/contracts/prices.js';
import { offer } from '../../../workflows/domain/test-values.js';
import { withWrittenTier } from './written-tiers.js';

const million = (usd: string) => ({ usd, per: 1_000_000 });
const media = (id: string, prices: PriceList, kind: MediaKind = 'embedding'): MediaOffer => {
  const [vendor = '', vendorModel = ''] = id.split('/');
  return { id, vendor, vendorModel, kind, prices, source: { url: 'https://example.com', asOf: '2026-11-26' } };
};

it('prices batches by the share that the vendor states, exactly, and no unit that is not named', () => {
  const prices = { input: million('0.075'), input_cached_read: million('0.0375'), output: million('0.3') };
  const written = withWrittenTier(offer({ id: 'groq/openai/gpt-oss-20b', prices }));
  expect(written.tiers).toEqual({ batch: { prices: { input: million('0.0375'), output: million('0.15') } } });
  expect(withWrittenTier(offer({ id: 'moonshot/kimi-k2.6', prices })).tiers?.batch?.prices).toEqual({
    ...{ input: million('0.045'), input_cached_read: million('0.0225'), output: million('0.18') },
  });
});

it('halves all of Mistral’s that goes in batches, but for what is cached, and no other kind', () => {
  const prices = { input: million('0.15'), input_cached_read: million('0.015'), output: million('0.6') };
  const batch = { prices: { input: million('0.075'), output: million('0.3') } };
  expect(withWrittenTier(offer({ id: 'mistral/mistral-small', vendor: 'mistral', prices })).tiers).toEqual({ batch });
  expect(withWrittenTier(media('mistral/codestral-embed', { input: million('0.15') })).tiers).toEqual({
    batch: { prices: { input: million('0.075') } },
  });
  const judges = media('mistral/mistral-moderation', { input: million('0') }, 'moderation');
  expect(withWrittenTier(judges)).toBe(judges);
});

it('halves those of Bedrock’s embeddings that its list has, pictures too', () => {
  const prices = { input: million('0.8'), images: { usd: '0.06', per: 1_000 } };
  expect(withWrittenTier(media('bedrock/amazon.titan-embed-image-v1', prices)).tiers).toEqual({
    batch: { prices: { input: million('0.4'), images: { usd: '0.03', per: 1_000 } } },
  });
  expect(withWrittenTier(media('bedrock/cohere.embed-v4:0', prices)).tiers).toBeUndefined();
});

it('takes a third off those of Voyage’s that have batches, to the last digit', () => {
  const tiersOf = (name: string, usd: string) =>
    withWrittenTier(media(`voyage/${name}`, { input: million(usd) })).tiers;
  expect(tiersOf('voyage-4-lite', '0.02')).toEqual({ batch: { prices: { input: million('0.0134') } } });
  expect(tiersOf('voyage-code-3', '0.18')).toEqual({ batch: { prices: { input: million('0.1206') } } });
  expect(tiersOf('voyage-context-3', '0.18')).toBeUndefined();
  expect(tiersOf('voyage-code-4', '0.12')).toBeUndefined();
});

it('discounts each step by length, and no cache where a batch has none', () => {
  const prices = { input: million('0.4'), input_cached_read: million('0.08'), output: million('1.6') };
  const long = { input: million('1.2'), input_cached_read: million('0.24'), output: million('4.8') };
  const longContext = { aboveInputTokens: 256_000, prices: { ...long, searches: million('10') } };
  expect(withWrittenTier(offer({ id: 'alibaba/qwen3.7-plus', prices, longContext })).tiers?.batch).toEqual({
    prices: { input: million('0.2'), input_cached_read: million('0.2'), output: million('0.8') },
    longContext: {
      aboveInputTokens: 256_000,
      prices: {
        ...{ input: million('0.6'), input_cached_read: million('0.6'), output: million('2.4') },
        searches: million('10'),
      },
    },
  });
  const uncached = { input: million('1.6'), output: million('6.4') };
  expect(withWrittenTier(offer({ id: 'alibaba/qwen-max', prices: uncached })).tiers?.batch).toEqual({
    prices: { input: million('0.8'), output: million('3.2') },
  });
});

it('prices cached input by the price of other input where the page says it so, and not at all where it has no price', () => {
  const prices = { input: million('1.4'), input_cached_read: million('0.26'), output: million('4.4') };
  const halves = { input: million('0.7'), output: million('2.2') };
  expect(withWrittenTier(offer({ id: 'fireworks/glm-5p3', prices })).tiers?.batch?.prices).toEqual({
    ...{ ...halves, input_cached_read: million('0.35') },
  });
  const { input_cached_read: _, ...without } = prices;
  expect(withWrittenTier(offer({ id: 'fireworks/glm-5p3', prices: without })).tiers?.batch?.prices).toEqual(halves);
});

it('leaves the prices of the sources, and offers that no page names', () => {
  const tiers = { batch: { prices: { input: million('1'), output: million('2') } } };
  const listed = offer({ id: 'groq/openai/gpt-oss-20b', tiers });
  expect(withWrittenTier(listed)).toBe(listed);
  expect(withWrittenTier(offer({ id: 'groq/openai/gpt-oss-safeguard-20b' })).tiers).toBeUndefined();
});
