import { describe, expect, it } from 'vitest';
import type { TaskKind } from '../../contracts/estimates.js';
import type { Offer } from '../../contracts/offers.js';
import { expandAuto, namedOffers } from '../named-offers.js';
import { demand, offer } from '../test-values.js';
import { autoModels } from './auto-models.js';
import { AUTO_MODELS, autoPolicyOf, shareAskedFor } from './auto-policy.js';

/** An offer of a model that is as good at everything, at a price for input and output alike, in USD a million. */
function rated(model: string, quality: number, usd: string, changes: Partial<Offer> = {}): Offer {
  const price = { usd, per: 1_000_000 };
  return offer({
    ...{ id: `v/${model}`, model: `maker/${model}`, vendor: 'v', vendorModel: model, aliases: [] },
    prices: { input: price, output: price },
    quality: { chat: quality, code: quality, maths: quality },
    ...changes,
  });
}

const small = rated('small', 0.55, '0.1');
const middle = rated('middle', 0.8, '1');
const large = rated('large', 1, '10');
const offers = [large, small, middle];
const estimate = (difficulty: number, kind: TaskKind = 'chat') => ({ estimate: { kind, difficulty } });

describe('autoModels', () => {
  it('asks the cheapest that is good enough first, and keeps the others to fall back on', () => {
    expect(autoModels('balanced', offers, estimate(0.05))).toEqual(['maker/small', 'maker/middle', 'maker/large']);
    expect(autoModels('balanced', offers, estimate(0.55))).toEqual(['maker/middle', 'maker/large', 'maker/small']);
    expect(autoModels('balanced', offers, estimate(0.95))).toEqual(['maker/large', 'maker/middle', 'maker/small']);
  });

  it('asks for less where it is to be cheap, and for the best whatever it costs where it is to be best', () => {
    expect(autoModels('cheap', offers, estimate(0.95))[0]).toBe('maker/middle');
    expect(autoModels('best', offers, estimate(0.05))[0]).toBe('maker/large');
    const equal = [...offers, rated('as-good', 1, '9')];
    expect(autoModels('best', equal, estimate(0.05)).slice(0, 2)).toEqual(['maker/as-good', 'maker/large']);
  });

  it('goes by the quality for the kind, and by the best that the caller may use', () => {
    const coder = rated('small', 0.5, '0.1', { quality: { chat: 0.5, code: 1 } });
    expect(autoModels('balanced', [large, coder], estimate(0.95, 'code'))[0]).toBe('maker/small');
    expect(autoModels('balanced', [small], estimate(0.95))).toEqual(['maker/small']);
  });

  it('leaves out what cannot do what the call needs, as long as another can', () => {
    const blind = { ...small, capabilities: [] };
    const wants = { ...estimate(0.05), demand: demand({ needs: ['images'] }) };
    expect(autoModels('balanced', [blind, middle], wants)).toEqual(['maker/middle']);
    expect(autoModels('balanced', [blind], wants)).toEqual(['maker/small']);
  });

  it('goes by the price of the offer that its name means, and not of another vendor’s', () => {
    const own = rated('maker', 0.8, '5', { id: 'maker/one', model: 'maker/one', vendor: 'maker' });
    const elsewhere = { ...own, id: 'v/one', vendor: 'v', prices: small.prices };
    expect(autoModels('balanced', [own, elsewhere, middle], estimate(0.3))[0]).toBe('maker/middle');
    expect(autoModels('balanced', [elsewhere, middle], estimate(0.3))[0]).toBe('maker/one');
  });

  it('is for no region, no trial, and no model that was made for one thing', () => {
    const others = [
      rated('regional', 1, '0.01', { region: 'eu' }),
      rated('free', 1, '0.01', { prices: {} }),
      rated('codex', 1, '0.01'),
    ];
    expect(autoModels('balanced', [...others, middle], estimate(0.95))).toEqual(['maker/middle']);
  });

  it('stays with a session whose cache saves more than a cheaper model would', () => {
    const cached = { input_cached_read: { usd: '0.1', per: 1_000_000 } };
    const first = rated('first', 0.8, '1', { prices: { ...middle.prices, ...cached } });
    const cheaper = rated('cheaper', 0.8, '0.9');
    const wants = { ...estimate(0.6), demand: demand({ textBytes: 400_000 }) };
    const ask = (sharedBytes?: number) =>
      autoModels('balanced', [first, cheaper], {
        ...wants,
        ...(sharedBytes !== undefined && { before: { model: 'maker/first', sharedBytes } }),
      })[0];
    expect(ask()).toBe('maker/cheaper');
    expect(ask(4_000)).toBe('maker/cheaper');
    expect(ask(390_000)).toBe('maker/first');
  });

  it('answers in the sandbox where no quality is known, and stands for nothing where nothing is offered', () => {
    const echo = offer({ id: 'sandbox/echo', vendor: 'sandbox', vendorModel: 'echo', aliases: [], prices: {} });
    expect(autoModels('balanced', [{ ...echo, id: 'sandbox/slow' }, echo])).toEqual(['sandbox/echo']);
    expect(autoModels('balanced', [])).toEqual([]);
  });
});

describe('shareAskedFor', () => {
  it('grows with the difficulty, and is never more for a cheaper policy', () => {
    const difficulties = Array.from({ length: 21 }, (_, index) => ({ difficulty: index / 20 }));
    const balanced = difficulties.map((at) => shareAskedFor('balanced', at));
    expect(balanced).toEqual(balanced.toSorted((left, right) => left - right));
    for (const at of difficulties) expect(shareAskedFor('cheap', at)).toBeLessThan(shareAskedFor('balanced', at));
  });
});

describe('the names of auto models', () => {
  it('are read in any case, and no other name is', () => {
    expect(AUTO_MODELS.map(autoPolicyOf)).toEqual(['balanced', 'cheap', 'best']);
    expect(autoPolicyOf('Sluice/Auto-Best')).toBe('best');
    expect(autoPolicyOf('sluice/automatic')).toBeUndefined();
  });

  it('mean the offers of the models that they stand for, which the caller may use', () => {
    expect(namedOffers('sluice/auto-best', offers, {})[0]?.id).toBe('v/large');
    const restrictions = [{ deniedModels: ['v/large'] }];
    expect(namedOffers('sluice/auto-best', offers, { restrictions })[0]?.id).toBe('v/middle');
    expect(namedOffers('sluice/auto', offers, { restrictions: [{ allowedModels: [] }] })).toEqual([]);
  });

  it('mean the sandbox to a test key, free of charge', () => {
    const echo = offer({ id: 'sandbox/echo', vendor: 'sandbox', vendorModel: 'echo', aliases: [] });
    const meant = namedOffers('sluice/auto', [...offers, echo], { mode: 'test' });
    expect(meant).toMatchObject([{ id: 'sandbox/echo', prices: {} }]);
  });

  it('are replaced where they stand in a list of names', () => {
    const names = ['maker/small', 'sluice/auto', 'other'];
    expect(expandAuto(names, offers, {}, estimate(0.95))).toEqual([
      ...['maker/small', 'maker/large', 'maker/middle', 'other'],
    ]);
    expect(expandAuto(['sluice/auto'], [], {})).toEqual(['sluice/auto']);
  });
});
