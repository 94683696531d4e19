import type { Drift, OfferFields } from '../contracts/catalogue.js';
import type { Offer, PriceList } from '../contracts/offers.js';
import type { Unit } from '../contracts/usage.js';
import { compare, type Fraction, perUnit, ZERO } from './fraction.js';
import { priceOfUnit } from './price-list.js';

export interface Compared {
  /** Every offer there is, those that are disabled included. */
  readonly known: readonly Offer[];
  /** Those of newer data. */
  readonly read: readonly Offer[];
  /** Whose new offers are of interest. */
  readonly vendors: readonly string[];
  /** An ISO date. */
  readonly today: string;
}

/**
 * In what newer data differs from the offers that there are. What it does not have is no difference: no source has everything.
 * Prices that the operator has agreed on are nobody else's to change.
 */
export function findDrift({ known, read, vendors, today }: Compared): readonly Drift[] {
  const byId = new Map(known.map((offer) => [offer.id, offer]));
  // A dated name beside its model may stand apart in newer data for a while: it is no other offer.
  const names = new Set(known.flatMap(({ vendor, aliases }) => aliases.map((alias) => `${vendor}/${alias}`)));
  return read.flatMap((newer) => {
    const offer = byId.get(newer.id);
    if (offer !== undefined)
      return [...priceDrift(offer, newer), ...limitDrift(offer, newer), ...endDrift(offer, newer)];
    const isOver = newer.deprecatedOn !== undefined && newer.deprecatedOn <= today;
    const isNew = !isOver && !names.has(`${newer.vendor}/${newer.vendorModel}`);
    return vendors.includes(newer.vendor) && isNew ? [toNewOffer(newer)] : [];
  });
}

function toNewOffer({ id: offerId, vendor: _, kind: _kind, ...after }: Offer): Drift {
  return { offerId, kind: 'new_offer', after };
}

function priceDrift(offer: Offer, newer: Offer): readonly Drift[] {
  if (offer.source.setBy === 'operator') return [];
  const orders = stepsOf(offer, newer).flatMap(([now, then]) => compareLists(now, then));
  if (orders.every((order) => order === 0)) return [];
  // What rises in one unit is a rise, whatever falls beside it.
  const kind = orders.some((order) => order > 0) ? 'price_rise' : 'price_fall';
  return [{ offerId: offer.id, kind, before: pricesOf(offer), after: { ...pricesOf(newer), source: newer.source } }];
}

function pricesOf({ prices, longContext, longerContexts, tiers }: Offer): OfferFields {
  return {
    prices,
    ...{ longContext: longContext ?? null, longerContexts: longerContexts ?? null, tiers: tiers ?? null },
  };
}

/** Which price list of an offer stands against which of the other, at every length of input that either tells apart. */
function stepsOf(offer: Offer, newer: Offer): readonly (readonly [PriceList, PriceList])[] {
  const lengths = [offer, newer].flatMap((one) => contextsOf(one).map(({ aboveInputTokens }) => aboveInputTokens));
  const byLength = [0, ...new Set(lengths)].map(
    (length) => [pricesAbove(offer, length), pricesAbove(newer, length)] as const,
  );
  const tiers = (['batch', 'flex', 'priority'] as const).flatMap((tier) => {
    const [now, then] = [offer.tiers?.[tier]?.prices, newer.tiers?.[tier]?.prices];
    if (now === undefined && then === undefined) return [];
    return [[now ?? offer.prices, then ?? newer.prices] as const];
  });
  return [...byLength, ...tiers];
}

function contextsOf({ longContext, longerContexts = [] }: Offer) {
  return longContext === undefined ? [] : [longContext, ...longerContexts];
}

function pricesAbove(offer: Offer, length: number): PriceList {
  return contextsOf(offer).findLast(({ aboveInputTokens }) => aboveInputTokens <= length)?.prices ?? offer.prices;
}

/** For each unit that either list names: above 0 where the newer price is the higher one. */
function compareLists(now: PriceList, then: PriceList): readonly number[] {
  const units = [...new Set([...Object.keys(now), ...Object.keys(then)])] as Unit[];
  return units.map((unit) => compare(valueOf(unit, then), valueOf(unit, now)));
}

function valueOf(unit: Unit, prices: PriceList): Fraction {
  const price = priceOfUnit(unit, prices);
  return price === undefined ? ZERO : perUnit(price);
}

function limitDrift(offer: Offer, newer: Offer): readonly Drift[] {
  const limitsOf = ({ contextWindow, maxOutputTokens }: Offer): OfferFields => ({ contextWindow, maxOutputTokens });
  const isSame = offer.contextWindow === newer.contextWindow && offer.maxOutputTokens === newer.maxOutputTokens;
  if (isSame) return [];
  return [{ offerId: offer.id, kind: 'limit_change', before: limitsOf(offer), after: limitsOf(newer) }];
}

function endDrift(offer: Offer, newer: Offer): readonly Drift[] {
  if (newer.deprecatedOn === undefined || newer.deprecatedOn === offer.deprecatedOn) return [];
  const before = { deprecatedOn: offer.deprecatedOn ?? null };
  return [{ offerId: offer.id, kind: 'deprecation', before, after: { deprecatedOn: newer.deprecatedOn } }];
}
