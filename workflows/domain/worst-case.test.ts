import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Offer } from '../contracts/offers.js';
import { inputTokenBound, largestAffordableOutput, outputCapFor, priceOf, worstCase } from './pricing.js';
import { demand, offer } from './test-values.js';

const PER_MILLION = 1_000_000;
const cacheAndAudio: Offer['prices'] = {
  input: { usd: '3', per: PER_MILLION },
  input_cache_write_1h: { usd: '6', per: PER_MILLION },
  output: { usd: '15', per: PER_MILLION },
  output_audio: { usd: '64', per: PER_MILLION },
};

describe('inputTokenBound', () => {
  it.each([
    ['bytes bound text', {}, 1_000],
    ['but never above the context window', { inputBytes: 1_000_000 }, 128_000],
    ['the vendor’s own words about tools count', { needs: ['tools'] as const }, 2_024],
    ['an image counts at its limit', { images: 2 }, 1_000 + 2 * 1_445],
    ['unbounded media fill the window', { unboundedMedia: true }, 128_000],
    ['each search fills a window more', { searches: 2 }, 384_000],
  ])('%s', (_, changes, tokens) => {
    expect(inputTokenBound(offer(), demand(changes))).toBe(tokens);
  });

  it.each([
    ['an exact tokenizer bounds text', { tokens: { o200k_base: { inputBound: 250, text: 200 } } }, 250],
    ['with what tools add', { tokens: { o200k_base: { inputBound: 250, text: 200 } }, needs: ['tools'] as const }, 506],
    ['but never above the bytes', { tokens: { o200k_base: { inputBound: 1_200, text: 200 } } }, 1_000],
    ['bytes bound it where nothing was counted', {}, 1_000],
  ])('%s', (_, changes, tokens) => {
    expect(inputTokenBound(offer({ tokenizer: 'o200k_base' }), demand(changes))).toBe(tokens);
  });

  it('takes the window for an image without a limit', () => {
    expect(inputTokenBound(offer({ maxImageTokens: undefined }), demand({ images: 1 }))).toBe(128_000);
  });

  it('has none for endless searches or a broken size', () => {
    expect(inputTokenBound(offer(), demand({ searches: Number.MAX_SAFE_INTEGER }))).toBeUndefined();
    expect(inputTokenBound(offer(), demand({ inputBytes: Number.NaN }))).toBeUndefined();
    expect(inputTokenBound(offer(), demand({ inputBytes: -1 }))).toBeUndefined();
  });
});

describe('outputCapFor', () => {
  it.each([
    [undefined, 128_000, 16_384],
    [100, 128_000, 100],
    [20_000, 128_000, 16_384],
    [undefined, 8_000, 8_000],
  ])('%s in a window of %d is %d', (maxOutputTokens, contextWindow, cap) => {
    expect(outputCapFor(offer({ contextWindow }), demand({ maxOutputTokens }))).toBe(cap);
  });
});

describe('worstCase', () => {
  it('counts input and every choice of output at the dearest price of its side', () => {
    const cost = worstCase(offer({ prices: cacheAndAudio }), demand({ choices: 2 }), 100);
    expect(cost).toBe(1_000n * 6_000n + 200n * 64_000n);
  });

  it('adds searches, and refuses them without a price', () => {
    const prices = { ...offer().prices, searches: { usd: '10', per: 1_000 } };
    expect(worstCase(offer({ prices }), demand({ searches: 1 }), 0)).toBe(256_000n * 2_500n + 10_000_000n);
    expect(worstCase(offer(), demand({ searches: 1 }), 0)).toBeUndefined();
  });

  it('adds searches of files and containers, and a window for each result that the vendor puts before the model', () => {
    const tools = { file_searches: { usd: '2.5', per: 1_000 }, containers: { usd: '0.03', per: 1 } };
    const prices = { ...offer().prices, ...tools };
    const asked = demand({ fileSearches: 2, containers: 1, vendorSteps: 2, unboundedMedia: true });
    const read = 3n * 128_000n * 2_500n;
    expect(worstCase(offer({ prices }), asked, 0)).toBe(read + 2n * 2_500_000n + 30_000_000n);
    expect(worstCase(offer(), asked, 0)).toBeUndefined();
    expect(worstCase(offer({ prices }), demand({ vendorSteps: 101 }), 0)).toBeUndefined();
  });

  it('adds a price for the request itself', () => {
    const prices = { ...offer().prices, requests: { usd: '0.01', per: 1 } };
    expect(worstCase(offer({ prices }), demand({ inputBytes: 0 }), 0)).toBe(10_000_000n);
  });

  it('is nothing for a free offer, and unknown where a side has no price', () => {
    expect(worstCase(offer({ prices: {} }), demand(), 100)).toBe(0n);
    expect(worstCase(offer({ prices: { input: { usd: '1', per: 1 } } }), demand(), 100)).toBeUndefined();
  });

  it('takes the dearer tier where the input may reach it', () => {
    const prices = { input: { usd: '5', per: PER_MILLION }, output: { usd: '15', per: PER_MILLION } };
    const tiered: Offer = { ...offer(), longContext: { aboveInputTokens: 100_000, prices } };
    expect(worstCase(tiered, demand({ inputBytes: 100_000 }), 0)).toBe(250_000_000n);
    expect(worstCase(tiered, demand({ inputBytes: 100_001 }), 0)).toBe(500_005_000n);
  });

  it('is never passed by what a call within its bounds costs', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.nat(200_000),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(16_384),
        share,
        share,
        (bytes, choices, cap, a, b) => {
          const priced = offer({ prices: cacheAndAudio });
          const asked = demand({ inputBytes: bytes, choices });
          const input = inputTokenBound(priced, asked) ?? 0;
          const written = Math.floor(input * a);
          const audio = Math.floor(cap * choices * b);
          const units = {
            input: input - written,
            input_cache_write_1h: written,
            output: cap * choices - audio,
            output_audio: audio,
          };
          expect(priceOf(units, priced)).toBeLessThanOrEqual(worstCase(priced, asked, cap) ?? -1n);
        },
      ),
    );
  });
});

describe('largestAffordableOutput', () => {
  const dear = offer({ id: 'openai/gpt-dear', prices: cacheAndAudio, maxOutputTokens: 4_000 });

  it('is the largest cap that fits every candidate', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 400_000_000n }), fc.integer({ min: 1, max: 3 }), (available, choices) => {
        const offers = [offer(), dear];
        const asked = demand({ choices });
        const cap = largestAffordableOutput(offers, asked, available);
        const costs = (tokens: number) =>
          offers.map((one) => worstCase(one, asked, Math.min(tokens, one.maxOutputTokens)) ?? 0n);
        if (cap > 0) expect(costs(cap).every((cost) => cost <= available)).toBe(true);
        if (cap < 16_384) expect(costs(cap + 1).some((cost) => cost > available)).toBe(true);
      }),
    );
  });

  it.each([
    [2_500_000n + 9_999n, 0],
    [2_500_000n + 10_000n, 1],
    [2_500_000n + 16_384n * 10_000n, 16_384],
    [10n ** 15n, 16_384],
    [0n, 0],
  ])('%d nano USD buy %d tokens', (available, tokens) => {
    expect(largestAffordableOutput([offer()], demand(), available)).toBe(tokens);
  });

  it('is nothing where no worst case is known, and not above the caller’s own cap', () => {
    expect(largestAffordableOutput([offer()], demand({ searches: 1 }), 10n ** 15n)).toBe(0);
    expect(largestAffordableOutput([], demand(), 10n ** 15n)).toBe(0);
    expect(largestAffordableOutput([offer()], demand({ maxOutputTokens: 7 }), 10n ** 15n)).toBe(7);
  });
});
