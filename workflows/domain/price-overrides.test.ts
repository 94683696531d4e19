import { describe, expect, it } from 'vitest';
import type { PriceOverride } from '../contracts/catalogue.js';
import { nextChange, withOverrides } from './price-overrides.js';
import { offer } from './test-values.js';

const sold = offer({ longContext: { aboveInputTokens: 1_000, prices: offer().prices } });
const other = offer({ id: 'openai/gpt-y' });
const at = (day: number): number => Date.UTC(2026, 10, day);
const pricesOf = (usd: string) => ({ input: { usd, per: 1 }, output: { usd, per: 1 } });
const set = (day: number, usd?: string): PriceOverride => ({
  ...{ id: `price_${day}_${usd}`, offerId: sold.id, reason: 'agreed', keyId: 'key_1' },
  ...{ effectiveFrom: new Date(at(day)).toISOString(), createdAt: new Date(at(1)).toISOString() },
  ...(usd !== undefined && { prices: pricesOf(usd) }),
});
const usdAt = (overrides: readonly PriceOverride[], day: number) =>
  withOverrides([sold], overrides, at(day))[0]?.prices.input?.usd;

describe('prices that were set', () => {
  it('replace those of their offer, tiers included, and say so', () => {
    const offers = withOverrides([sold, other], [set(3, '7')], at(3));
    const source = { url: sold.source.url, asOf: '2026-11-03', setBy: 'operator' };
    expect(offers[0]).toEqual({ ...offer(), prices: pricesOf('7'), source });
    expect(offers[1]).toBe(other);
  });

  it.each([
    ['nothing before their time', [set(3, '7')], 2, '2.5'],
    ['from their time on', [set(3, '7')], 3, '7'],
    ['what was set before', [set(3, '7'), set(5, '8')], 5, '8'],
    ['nothing while they are planned', [set(3, '7'), set(5, '8')], 4, '7'],
    ['what was planned for later as well', [set(3, '7'), set(9, '8'), set(5, '6')], 9, '6'],
    ['what was set, by the catalogue’s', [set(3, '7'), set(5)], 5, '2.5'],
  ] as const)('replace %s', (_, overrides, day, usd) => {
    expect(usdAt(overrides, day)).toBe(usd);
  });

  it('change next when the first that is planned comes into force', () => {
    expect(nextChange([set(3, '7'), set(9, '8'), set(5, '6')], at(3))).toBe(at(5));
    expect(nextChange([set(3, '7')], at(3))).toBe(Infinity);
    expect(nextChange([], at(3))).toBe(Infinity);
  });
});
