import { describe, expect, it } from 'vitest';
import type { Offer } from '../contracts/offers.js';
import { findDrift } from './catalogue-drift.js';
import { offer as offerWith } from './test-values.js';

const price = (usd: string) => ({ usd, per: 1_000_000 });
const known = offerWith({ id: 'openai/a', vendorModel: 'a', aliases: ['a-dated'] });
const drift = (read: Partial<Offer>, changes: Partial<Offer> = {}) =>
  findDrift({
    known: [{ ...known, ...changes }],
    read: [{ ...known, ...changes, ...read }],
    vendors: ['openai'],
    today: '2026-11-26',
  }).map(({ offerId, kind, before, after }) => [offerId, kind, before, after]);
const kinds = (read: Partial<Offer>, changes?: Partial<Offer>) => drift(read, changes).map(([, kind]) => kind);

describe('newer data', () => {
  it('that says the same, or the same in other words, differs in nothing', () => {
    expect(drift({})).toEqual([]);
    const written = { input: { usd: '0.0025', per: 1_000 }, output: price('10.00'), input_cached_read: price('2.5') };
    expect(drift({ prices: written })).toEqual([]);
  });

  it('rises where any unit does, and falls where none does', () => {
    const [input, output] = [price('2'), price('11')];
    expect(kinds({ prices: { ...known.prices, input } })).toEqual(['price_fall']);
    expect(kinds({ prices: { ...known.prices, output } })).toEqual(['price_rise']);
    expect(kinds({ prices: { input, output } })).toEqual(['price_rise']);
    expect(kinds({ prices: { ...known.prices, input_cached_read: price('1') } })).toEqual(['price_fall']);
    // Without a price of their own cached tokens cost what others do.
    expect(kinds({ prices: known.prices }, {})).toEqual([]);
    const cached = { prices: { ...known.prices, input_cached_read: price('1') } };
    expect(kinds({ prices: known.prices }, cached)).toEqual(['price_rise']);
    expect(kinds({ prices: { ...known.prices, searches: price('5') } })).toEqual(['price_rise']);
  });

  it('is compared at every length of input, and in every tier', () => {
    const step = { aboveInputTokens: 1_000, prices: { input: price('5'), output: price('20') } };
    expect(kinds({ longContext: step })).toEqual(['price_rise']);
    expect(kinds({ longContext: undefined }, { longContext: step })).toEqual(['price_fall']);
    expect(kinds({ longContext: { ...step, aboveInputTokens: 2_000 } }, { longContext: step })).toEqual(['price_fall']);
    expect(kinds({ tiers: { flex: { prices: { input: price('1'), output: price('5') } } } })).toEqual(['price_fall']);
  });

  it('leaves prices alone that the operator has set', () => {
    const source = { ...known.source, setBy: 'operator' } as const;
    expect(kinds({ prices: { input: price('1'), output: price('1') } }, { source })).toEqual([]);
    expect(kinds({ contextWindow: 5 }, { source })).toEqual(['limit_change']);
  });

  it('tells of limits and ends, with what there is and what would be', () => {
    expect(drift({ maxOutputTokens: 7, deprecatedOn: '2027-01-01' })).toEqual([
      [
        'openai/a',
        'limit_change',
        { contextWindow: known.contextWindow, maxOutputTokens: known.maxOutputTokens },
        { contextWindow: known.contextWindow, maxOutputTokens: 7 },
      ],
      ['openai/a', 'deprecation', { deprecatedOn: null }, { deprecatedOn: '2027-01-01' }],
    ]);
    expect(kinds({ deprecatedOn: undefined }, { deprecatedOn: '2027-01-01' })).toEqual([]);
  });

  it('has new offers of configured vendors, but none that is over or is known by that name', () => {
    const novel = { id: 'openai/b', vendorModel: 'b' };
    expect(drift(novel)).toMatchObject([
      ['openai/b', 'new_offer', undefined, { vendorModel: 'b', prices: known.prices }],
    ]);
    expect(drift({ ...novel, deprecatedOn: '2026-11-26' })).toEqual([]);
    expect(drift({ id: 'mistral/b', vendor: 'mistral', vendorModel: 'b' })).toEqual([]);
    expect(drift({ id: 'openai/a-dated', vendorModel: 'a-dated' })).toEqual([]);
  });
});
