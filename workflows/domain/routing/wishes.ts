import type { OfferHealth } from '../../contracts/health.js';
import type { Offer } from '../../contracts/offers.js';
import type { KeptReason, RoutingMetric } from '../../contracts/routing.js';
import { hashOf, mix, toShare } from '../seed.js';
import type { Group } from './groups.js';
import type { MergedPreferences } from './merge-preferences.js';
import type { OfferRow } from './rows.js';
import { score } from './score.js';
import type { OfferTraits } from './traits.js';
import { createSlugIndex } from './vendor-slugs.js';

/** By what the offers of one order are put into it. */
export interface Wish {
  /** Where a list names an offer, -1 where it does not. */
  readonly placeOf: ((offer: Offer) => number) | undefined;
  readonly sort: RoutingMetric | undefined;
  /** In the order of the offers, the more the better. */
  readonly points: Float64Array | undefined;
  /** By what is drawn where nothing else decides. */
  readonly seedHash: number | undefined;
}

export interface WishContext {
  readonly preferences: MergedPreferences;
  readonly healthOf: (row: OfferRow) => OfferHealth | undefined;
  /** The session's hash or the request's id: the same gives the same order, and all together the shares. Absent where the cheapest comes first. */
  readonly seed?: string;
}

export function wishOf(rows: readonly OfferRow[], suffix: Group['suffix'], context: WishContext): Wish {
  const { preferences, healthOf, seed } = context;
  const wished = suffix?.sort;
  // A suffix is the caller's own wish: it counts before a policy's list, and behind the caller's.
  const isListed = wished === undefined || preferences.orderedBy === 'caller';
  const placeOf = isListed ? preferences.order && createSlugIndex(preferences.order) : undefined;
  const sort = wished ?? preferences.sort;
  const points = score(rows, healthOf, { ...preferences, ...(sort && { sort }) });
  const isDrawn = placeOf === undefined && points === undefined && seed !== undefined;
  return { placeOf, sort, points, seedHash: isDrawn ? hashOf(seed) : undefined };
}

export function reasonOf(offer: Offer, { placeOf, sort, points, seedHash }: Wish, isOneOfSeveral: boolean): KeptReason {
  if (placeOf && placeOf(offer) !== -1) return 'listed_order';
  if (sort) return `sorted_by_${sort}`;
  if (points) return 'weighted';
  return seedHash !== undefined && isOneOfSeveral ? 'balanced' : 'named';
}

/**
 * A draw of each, the least of which comes first, so that each is first in the share of its weight, and second in its share
 * of what is left (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006). Never less for less warmth.
 */
export function draw({ idHash, weight }: OfferTraits, seedHash: number, warmth: number): number {
  const share = weight * warmth;
  if (share === 0) return Number.POSITIVE_INFINITY;
  return -Math.log(toShare(mix(seedHash ^ idHash))) / share;
}
