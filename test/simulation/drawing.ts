import type { Observation } from '../../workflows/contracts/health.js';
import { type MarketOffer, priceOf } from './market.js';

// What strategies are made of.

export const evenly = (): number => 1;

export const byPrice = (offers: readonly MarketOffer[]): readonly MarketOffer[] =>
  offers.toSorted((left, right) => priceOf(left) - priceOf(right));

/** Drawn one after another without putting back, each with a chance in proportion to its weight. */
export function drawn(
  offers: readonly MarketOffer[],
  weightOf: (offer: MarketOffer) => number,
  chance: () => number,
): readonly MarketOffer[] {
  const left = [...offers];
  return offers.map(() => {
    let mark = chance() * left.reduce((sum, offer) => sum + weightOf(offer), 0);
    const index = left.findIndex((offer) => (mark -= weightOf(offer)) < 0);
    return left.splice(index === -1 ? left.length - 1 : index, 1)[0] as MarketOffer;
  });
}

/** The share of an offer by its price, as OpenRouter documents it. */
export const inverseSquare = (offer: MarketOffer): number => 1 / priceOf(offer) ** 2;

/** The attempts of each offer within the last `spanMs`. */
export function recentAttempts(spanMs: number) {
  const seen = new Map<string, Observation[]>();
  return {
    add: (one: Observation) => void seen.set(one.offerId, [...(seen.get(one.offerId) ?? []), one]),
    of: (id: string, nowMs: number): readonly Observation[] => {
      const recent = (seen.get(id) ?? []).filter(({ endedAtMs }) => endedAtMs > nowMs - spanMs);
      seen.set(id, recent);
      return recent;
    },
  };
}

export const failuresOf = (seen: readonly Observation[]): number => seen.filter(({ failure }) => failure).length;
