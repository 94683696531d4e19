import type { MediaProperties, MediaVariant } from '../contracts/media-offers.js';
import type { Offer, PriceList } from '../contracts/offers.js';
import type { MediaDemand } from '../contracts/requests.js';
import type { Unit, UnitCounts } from '../contracts/usage.js';
import { add, compare, type Fraction, larger, perUnit, roundUp, times, ZERO } from './fraction.js';
import { INPUT_UNITS, isFree, OUTPUT_UNITS, priceOfUnit } from './price-list.js';

/**
 * What an estimate by the picture or the second may fall short of the tokens that are charged: twice as much is held.
 * A vendor that overshoots even that costs the house, never the caller.
 */
const ESTIMATE_MARGIN = 2;

/**
 * The offer at the prices that hold for these properties: those of its variants that match, the most exact last. Where none
 * does and nothing else has a price for what they price, the dearest: what a vendor makes unasked costs no more.
 */
export function soldAs(offer: Offer, asked: MediaProperties): Offer {
  const matching = matchingVariants(offer.variants, asked);
  const sold = matching.length > 0 ? matching : dearestVariant(offer);
  if (sold.length === 0) return offer;
  return { ...offer, prices: Object.assign({}, offer.prices, ...sold.map(({ prices }) => prices)) as PriceList };
}

function dearestVariant({ prices, variants = [] }: Offer): readonly MediaVariant[] {
  const others = variants.filter((variant) =>
    Object.keys(variant.prices).every((unit) => prices[unit as Unit] === undefined),
  );
  const sum = (variant: MediaVariant): Fraction =>
    Object.values(variant.prices).reduce<Fraction>((total, price) => add(total, perUnit(price)), ZERO);
  return others.toSorted((left, right) => compare(sum(right), sum(left))).slice(0, 1);
}

/**
 * The most that a call for media can cost, in nano USD, at an offer as it is sold for the call; undefined where no bound is
 * known. Units that the call bounds are priced by themselves; tokens that it does not bound, by what the offer is known to
 * come to for each picture or second.
 */
export function worstCaseOfMedia(offer: Offer, { units: bounds, asked }: MediaDemand): bigint | undefined {
  if (isFree(offer)) return 0n;
  const units = withReadPictures(offer, bounds);
  if (units === undefined) return undefined;
  const priced = Object.keys(offer.prices) as readonly Unit[];
  const unbounded = priced.filter((unit) => boundOf(unit, units, offer.prices) === undefined);
  const bounded = [...priced, ...unpricedImages(offer.prices)].flatMap((unit) => {
    const count = boundOf(unit, units, offer.prices);
    return count === undefined ? [] : [{ unit, count }];
  });
  const known = sumOf(offer.prices, bounded);
  if (unbounded.length === 0) return known === undefined ? undefined : roundUp(known);
  // A list that prices besides tokens what was not asked for (searches of a picture model) adds nothing.
  const open = unbounded.filter((unit) => isToken(unit));
  if (open.length === 0) return bounded.length === 0 || known === undefined ? undefined : roundUp(known);
  const estimate = estimateOf(offer, units, asked);
  if (estimate === undefined || known === undefined) return undefined;
  return roundUp(add(known, times(estimate, ESTIMATE_MARGIN)));
}

/**
 * A picture that is read alone is an input of its own, which has no more tokens than an input may have; where pictures have a
 * price themselves, that is their bound. Undefined where nobody says how much an input may have.
 */
function withReadPictures({ kind, prices, contextWindow }: Offer, units: UnitCounts): UnitCounts | undefined {
  const { images = 0 } = units;
  const isRead = kind === 'embedding' || kind === 'rerank';
  if (!isRead || images === 0 || prices.images !== undefined) return units;
  if (contextWindow === 0) return undefined;
  const most = images * contextWindow;
  // Tokens of pictures cost what others do where they have no price of their own.
  return prices.input_image === undefined
    ? { ...units, input: (units.input ?? 0) + most }
    : { ...units, input_image: most };
}

/**
 * Input is bounded once for all of its units, at the dearest of them, under the unit `input`; the others then add nothing.
 * So is output, but for pictures, under `output` or the one unit of it that has a price.
 */
function boundOf(unit: Unit, units: UnitCounts, prices: PriceList): number | undefined {
  const count = units[unit];
  if (count !== undefined) return count;
  if (isSpoken(unit) && units.output !== undefined) return prices.output === undefined ? units.output : 0;
  return isInput(unit) && unit !== 'input_image' && unit !== 'input_audio' && units.input !== undefined ? 0 : undefined;
}

/** Tokens of pictures that are given cost what those of text do where they have no price of their own. */
function unpricedImages({ input, input_image: images }: PriceList): readonly Unit[] {
  return input !== undefined && images === undefined ? ['input_image'] : [];
}

function sumOf(
  prices: PriceList,
  counts: readonly { readonly unit: Unit; readonly count: number }[],
): Fraction | undefined {
  return counts.reduce<Fraction | undefined>((sum, { unit, count }) => {
    if (sum === undefined || !Number.isSafeInteger(count) || count < 0) return undefined;
    const family = FAMILIES[unit];
    if (family) return add(sum, times(dearestOf(family, prices), count));
    const price = priceOfUnit(unit, prices);
    return price === undefined ? sum : add(sum, times(perUnit(price), count));
  }, ZERO);
}

/** Nobody knows beforehand what of a text will be read from a cache, or what of an answer is sound. */
const FAMILIES: { readonly [U in Unit]?: readonly Unit[] } = {
  input: ['input', 'input_cached_read', 'input_cache_write_5m', 'input_cache_write_1h'],
  output: ['output', 'output_audio', 'output_reasoning'],
};

function dearestOf(family: readonly Unit[], prices: PriceList): Fraction {
  return family.reduce<Fraction>((most, unit) => {
    const price = prices[unit];
    return price === undefined ? most : larger(most, perUnit(price));
  }, ZERO);
}

/** By the most exact estimate for these properties; where none is for them, by the dearest of all. */
function estimateOf({ estimates = [] }: Offer, units: UnitCounts, asked: MediaProperties): Fraction | undefined {
  const exact = matchingVariants(estimates, asked).at(-1);
  const candidates = exact === undefined ? estimates : [exact];
  return candidates.reduce<Fraction | undefined>((most, { prices }) => {
    const known = (Object.keys(prices) as readonly Unit[]).filter((unit) => units[unit] !== undefined);
    const sum = sumOf(
      prices,
      known.map((unit) => ({ unit, count: units[unit] ?? 0 })),
    );
    return known.length === 0 || sum === undefined ? most : larger(most ?? ZERO, sum);
  }, undefined);
}

/** The least exact first. */
function matchingVariants(
  variants: readonly MediaVariant[] | undefined = [],
  asked: MediaProperties,
): readonly MediaVariant[] {
  return variants
    .filter(({ when }) => exactnessOf(when, asked) >= 0)
    .toSorted((left, right) => Object.keys(left.when).length - Object.keys(right.when).length);
}

/** How many properties it names, all of which were asked for; -1 where one was not. */
function exactnessOf(when: MediaProperties, asked: MediaProperties): number {
  const named = Object.entries(when) as readonly (readonly [keyof MediaProperties, string | undefined])[];
  const isMet = named.every(([name, value]) => value === undefined || sameText(value, asked[name]));
  return isMet ? named.length : -1;
}

/** Vendors write `1024-x-1024` and `1024x1024`, `2k` and `2K`. */
function sameText(value: string, other: string | undefined): boolean {
  const plain = (text: string): string => text.toLowerCase().replaceAll('-', '');
  return other !== undefined && plain(value) === plain(other);
}

function isSpoken(unit: Unit): boolean {
  return unit === 'output_audio' || unit === 'output_reasoning';
}

function isInput(unit: Unit): boolean {
  return (INPUT_UNITS as readonly Unit[]).includes(unit);
}

function isToken(unit: Unit): boolean {
  return isInput(unit) || (OUTPUT_UNITS as readonly Unit[]).includes(unit);
}
