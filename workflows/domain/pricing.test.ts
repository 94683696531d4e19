import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Offer } from '../contracts/offers.js';
import { priceOf } from './pricing.js';
import { offer } from './test-values.js';

const PER_MILLION = 1_000_000;
const counts = fc.nat({ max: 2_000_000 });

describe('priceOf', () => {
  it('adds up the units, each at its own price', () => {
    const prices = {
      input: { usd: '3', per: PER_MILLION },
      input_cached_read: { usd: '0.3', per: PER_MILLION },
      input_cache_write_5m: { usd: '3.75', per: PER_MILLION },
      output: { usd: '15', per: PER_MILLION },
      searches: { usd: '10', per: 1_000 },
    };
    const units = { input: 1_000, input_cached_read: 10_000, input_cache_write_5m: 400, output: 200, searches: 2 };
    // 0.003 + 0.003 + 0.0015 + 0.003 + 0.02 USD.
    expect(priceOf(units, offer({ prices }))).toBe(30_500_000n);
  });

  it('takes the price of the family where a unit has none', () => {
    const families = {
      input: 1,
      input_cached_read: 1,
      input_audio: 1,
      output: 1,
      output_reasoning: 1,
      output_audio: 1,
    };
    expect(priceOf(families, offer())).toBe(3n * 2_500n + 3n * 10_000n);
  });

  it('rounds once, up, at the end', () => {
    // A third of a nano USD a token: no decimal, and three of them are exactly one.
    const prices = { input: { usd: '0.000000001', per: 3 }, output: { usd: '0.000000001', per: 3 } };
    expect(priceOf({ input: 1, output: 1 }, offer({ prices }))).toBe(1n);
    expect(priceOf({ input: 2, output: 1 }, offer({ prices }))).toBe(1n);
    expect(priceOf({ input: 2, output: 2 }, offer({ prices }))).toBe(2n);
  });

  it('is exact where a double is not', () => {
    const prices = { input: { usd: '0.1', per: 1 }, output: { usd: '0.2', per: 1 } };
    expect(priceOf({ input: 1, output: 1 }, offer({ prices }))).toBe(300_000_000n);
  });

  it('never costs less for more, and never more than its parts', () => {
    fc.assert(
      fc.property(counts, counts, counts, (input, more, output) => {
        const [less, whole] = [priceOf({ input, output }, offer()), priceOf({ input: input + more, output }, offer())];
        expect(whole).toBeGreaterThanOrEqual(less);
        expect(whole).toBeLessThanOrEqual(less + priceOf({ input: more }, offer()));
      }),
    );
  });

  it('charges nothing for a free offer, and nothing for an unpriced extra', () => {
    expect(priceOf({ input: 1_000_000, searches: 3 }, offer({ prices: {} }))).toBe(0n);
    expect(priceOf({ searches: 3, images: 1 }, offer())).toBe(0n);
  });

  it('takes the last of several steps that the input has passed', () => {
    const step = (aboveInputTokens: number, usd: string) => ({
      aboveInputTokens,
      prices: { input: { usd, per: PER_MILLION }, output: { usd, per: PER_MILLION } },
    });
    const stepped = offer({ longContext: step(10, '3'), longerContexts: [step(20, '5'), step(30, '7')] });
    const costOf = (input: number) => priceOf({ input }, stepped);
    expect([10, 11, 20, 21, 30, 31].map(costOf)).toEqual([25_000n, 33_000n, 60_000n, 105_000n, 150_000n, 217_000n]);
  });

  it('charges all of a request by the tier that its input reaches', () => {
    const long = { input: { usd: '5', per: PER_MILLION }, output: { usd: '15', per: PER_MILLION } };
    const tiered: Offer = { ...offer(), longContext: { aboveInputTokens: 272_000, prices: long } };
    expect(priceOf({ input: 272_000, output: 10 }, tiered)).toBe(680_100_000n);
    expect(priceOf({ input: 1, input_cached_read: 272_000, output: 10 }, tiered)).toBe(1_360_005_000n + 150_000n);
  });

  it.each([-1, 0.5, Number.NaN, Infinity])('does not price a count of %d', (count) => {
    expect(() => priceOf({ output: count }, offer())).toThrow(RangeError);
  });

  it('does not guess the price of tokens that the list leaves out', () => {
    expect(() => priceOf({ output: 1 }, offer({ prices: { input: { usd: '1', per: 1 } } }))).toThrow(RangeError);
  });
});
