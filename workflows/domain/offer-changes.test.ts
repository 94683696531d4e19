import { describe, expect, it } from 'vitest';
import type { CheckOffer, OfferChange } from '../contracts/catalogue.js';
import type { Offer } from '../contracts/offers.js';
import { composeOffer, fieldsInForce, listOffers, mergeFields } from './offer-changes.js';
import { offer as offerWith } from './test-values.js';

const check: CheckOffer = (row) =>
  (row as Offer).contextWindow > 0
    ? { offer: row as Offer }
    : { problems: [{ field: 'contextWindow', message: 'must be more' }] };
const base = {
  offers: [offerWith({ id: 'openai/a', aliases: [] }), offerWith({ id: 'openai/b', aliases: ['b'] })],
  vendors: ['openai'],
  check,
};
const list = (said: Parameters<typeof listOffers>[1]) => listOffers(base, said);
const changeOf = (change: Partial<OfferChange>): OfferChange => ({
  ...{ id: 'change_1', offerId: 'openai/a', reason: 'r', keyId: 'k', createdAt: '2026-01-01T00:00:00.000Z' },
  effectiveFrom: '2026-01-01T00:00:00.000Z',
  ...change,
});

describe('what is in force', () => {
  const [first, second] = [changeOf({ fields: { region: 'eu' } }), changeOf({ fields: { region: 'us' } })];
  const at = (time: string, ...changes: OfferChange[]) => fieldsInForce(changes, Date.parse(time)).get('openai/a');

  it('is the last that was set, and nothing after it was taken back', () => {
    expect(at('2026-02-01', first, second)).toEqual({ region: 'us' });
    expect(at('2026-02-01', first, changeOf({}))).toBeUndefined();
  });

  it('is nothing before its time', () => {
    const planned = { ...second, effectiveFrom: '2026-03-01T00:00:00.000Z' };
    expect(at('2026-02-28', first, planned)).toEqual({ region: 'eu' });
    expect(at('2026-03-01', first, planned)).toEqual({ region: 'us' });
    // What is set later replaces what was planned.
    expect(at('2026-03-01', planned, first)).toEqual({ region: 'eu' });
  });
});

it('fields are said over those from before, emptied by null, and given back by name', () => {
  expect(mergeFields({ region: 'eu', contextWindow: 1 }, { region: null })).toEqual({ region: null, contextWindow: 1 });
  expect(mergeFields({ region: 'eu', contextWindow: 1 }, {}, ['region'])).toEqual({ contextWindow: 1 });
});

it('an offer is the catalogue’s row under what is said, and its id tells the rest', () => {
  const own = composeOffer('vllm/meta/llama', undefined, { contextWindow: 5, region: null, disabled: true });
  expect(own).toEqual({
    ...{ id: 'vllm/meta/llama', vendor: 'vllm', vendorModel: 'meta/llama', aliases: [], kind: 'chat' },
    contextWindow: 5,
  });
  const [offer] = base.offers;
  expect(composeOffer('openai/a', offer, { contextWindow: 5 })).toEqual({ ...offer, contextWindow: 5 });
});

describe('the list', () => {
  it('is of the very offers of the catalogue where nothing is said', () => {
    expect(list(new Map()).map(({ offer }) => offer)).toEqual(base.offers);
    expect(list(new Map())[0]?.offer).toBe(base.offers[0]);
  });

  it('keeps the catalogue’s order, and has what was added behind it', () => {
    const own = { contextWindow: 9 };
    const listed = list(
      new Map([
        ['openai/b', own],
        ['mistral/c', own],
        ['openai/d', own],
      ]),
    );
    expect(listed.map(({ id, origin, callable }) => [id, origin, callable])).toEqual([
      ['openai/a', 'catalogue', true],
      ['openai/b', 'catalogue', true],
      ['mistral/c', 'operator', false],
      ['openai/d', 'operator', true],
    ]);
  });

  it('has a broken one without an offer, and the others as they are', () => {
    const listed = list(new Map([['openai/a', { contextWindow: 0 }]]));
    expect(listed[0]).toMatchObject({ callable: false, problem: 'contextWindow: must be more' });
    expect(listed[0]).not.toHaveProperty('offer');
    expect(listed[1]).toMatchObject({ callable: true });
  });

  it('leaves a name to whoever had it', () => {
    const listed = list(new Map([['openai/a', { aliases: ['B', 'openai/B'] }]]));
    expect(listed[0]).toMatchObject({ callable: false, problem: expect.stringContaining('openai/b') });
    expect(listed[1]).toMatchObject({ callable: true });
  });

  it('frees the names of one that is disabled', () => {
    const listed = list(
      new Map([
        ['openai/b', { disabled: true }],
        ['openai/a', { aliases: ['b'] }],
      ]),
    );
    expect(listed).toMatchObject([{ callable: true }, { callable: false, disabled: true }]);
  });
});
