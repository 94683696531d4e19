import type { PriceOverride } from '../contracts/catalogue.js';
import type { Offer } from '../contracts/offers.js';

/**
 * The offers at the prices that are in force at a time (milliseconds since 1970). `overrides` are in the order in which they
 * were set: of those in force the last one counts, so that it also replaces what was planned before it for later.
 */
export function withOverrides(
  offers: readonly Offer[],
  overrides: readonly PriceOverride[],
  atMs: number,
): readonly Offer[] {
  const inForce = new Map<string, PriceOverride>();
  for (const override of overrides) {
    if (Date.parse(override.effectiveFrom) <= atMs) inForce.set(override.offerId, override);
  }
  // The same list, because names are indexed by it.
  if (inForce.size === 0) return offers;
  return offers.map((offer) => priced(offer, inForce.get(offer.id)));
}

/** When the next of them comes into force, in milliseconds since 1970; infinity where none does. */
export function nextChange(planned: readonly { readonly effectiveFrom: string }[], atMs: number): number {
  return planned.reduce((next, { effectiveFrom }) => {
    const at = Date.parse(effectiveFrom);
    return at > atMs && at < next ? at : next;
  }, Infinity);
}

function priced(offer: Offer, override: PriceOverride | undefined): Offer {
  if (override?.prices === undefined) return offer;
  // A step, a tier or a variant of the catalogue belongs to the catalogue's price: beside another it might be the cheaper one.
  const { longContext: _step, longerContexts: _further, tiers: _tiers, variants: _variants, ...rest } = offer;
  const source = { url: offer.source.url, asOf: override.effectiveFrom.slice(0, 10), setBy: 'operator' } as const;
  return { ...rest, prices: override.prices, source };
}
