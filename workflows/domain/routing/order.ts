import type { OfferHealth } from '../../contracts/health.js';
import type { Offer } from '../../contracts/offers.js';
import type { KeptOffer, KeptReason, RoutingMetric } from '../../contracts/routing.js';
import type { MergedPreferences } from './merge-preferences.js';
import { isSlow, score } from './score.js';
import { hashOf, mix, toShare } from '../seed.js';
import type { Suffix } from './suffix.js';
import { traitsOf } from './traits.js';
import { createSlugIndex } from './vendor-slugs.js';

/** One of the offers that a name means. */
export interface Entry {
  readonly offer: Offer;
  /** Which of the caller's names meant it first. */
  readonly name: number;
  readonly suffix: Suffix | undefined;
  /** Whether its name meant others as well, among which there is something to choose. */
  readonly isOneOfSeveral: boolean;
}

export interface Placed extends Entry {
  readonly reason: KeptReason;
  readonly behind?: NonNullable<KeptOffer['behind']>;
}

export interface OrderContext {
  readonly preferences: MergedPreferences;
  readonly healthOf: (offer: Offer) => OfferHealth | undefined;
  /** The session's hash or the request's id: the same gives the same order, and all together the shares. Absent where the cheapest comes first. */
  readonly seed?: string;
  /** An ISO date. */
  readonly today?: string;
}

/** By rank. */
const BEHIND = [undefined, 'slow', 'ended', 'down'] as const;
const [SLOW, ENDED, DOWN] = [1, 2, 3];

/** A total order, read from its beginning: hardly more than the first few are asked for, of a thousand. */
export interface Ordering {
  /** The next whose name is still wanted; undefined where there is none. */
  next(isWanted: (name: number) => boolean): Placed | undefined;
  /** How many were not given. */
  left(): number;
}

/** What is compared of the entry at each place, one after the other and less first; at last the place, so that no two are equal. */
interface Keys {
  /** Of `BEHIND`. All columns are of one type, so that one compiled comparison does for them. */
  readonly rank: Float64Array;
  readonly group: Float64Array;
  readonly listed: Float64Array;
  readonly points: Float64Array;
}

/** What is looked for one by one, before it is cheaper to sort the rest. */
const MOST_SEARCHES = 32;

/**
 * What is down goes behind everything, of all models, and stays, because what is known may be old; then what was seen to be
 * slow. Before that each model behind the one before it, unless all are to be in one order. Keys are columns of numbers, and
 * only what is asked for becomes an object.
 */
export function createOrdering(entries: readonly Entry[], context: OrderContext): Ordering {
  const groups = context.preferences.partition === 'none' ? [entries] : byName(entries);
  const inGroups = groups.length === 1 ? entries : groups.flat();
  const wishes = groups.map((group) => wishOf(group, context));
  const keys = keysOf(inGroups, groups, wishes, context);
  const isGone = new Uint8Array(inGroups.length);
  let [searches, left] = [0, inGroups.length];
  let sorted: number[] | undefined;
  const take = (place: number): Placed => {
    isGone[place] = 1;
    left -= 1;
    const entry = inGroups[place] ?? missing();
    const behind = BEHIND[keys.rank[place] ?? 0];
    const wish = wishes[keys.group[place] ?? 0] ?? missing();
    const isListed = keys.listed[place] !== Number.POSITIVE_INFINITY;
    return { ...entry, reason: reasonOf(entry, wish, isListed), ...(behind && { behind }) };
  };
  return {
    next: (isWanted) => {
      searches += 1;
      if (searches === MOST_SEARCHES) sorted = sortRest(keys, isGone);
      const isOpen = (place: number): boolean => isGone[place] === 0 && isWanted(inGroups[place]?.name ?? 0);
      const found = sorted ? (sorted.find(isOpen) ?? -1) : searchFirst(keys, isOpen);
      return found === -1 ? undefined : take(found);
    },
    left: () => left,
  };
}

function missing(): never {
  throw new Error('an offer was looked for beyond the end of its list');
}

function searchFirst(keys: Keys, isOpen: (place: number) => boolean): number {
  let first = -1;
  // By number, because an iterator's pairs would cost more than the comparison.
  for (let place = 0; place < keys.rank.length; place += 1) {
    if ((first === -1 || comparePlaces(keys, place, first) < 0) && isOpen(place)) first = place;
  }
  return first;
}

function sortRest(keys: Keys, isGone: Uint8Array): number[] {
  const places = Array.from(isGone.keys()).filter((place) => isGone[place] === 0);
  return places.sort((left, right) => comparePlaces(keys, left, right));
}

function comparePlaces({ rank, group, listed, points }: Keys, left: number, right: number): number {
  return (
    compareIn(rank, left, right) ||
    compareIn(group, left, right) ||
    compareIn(listed, left, right) ||
    compareIn(points, left, right) ||
    left - right
  );
}

function compareIn(column: Float64Array, left: number, right: number): number {
  const [one, other] = [column[left] ?? 0, column[right] ?? 0];
  return one < other ? -1 : one > other ? 1 : 0;
}

function byName(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  if (entries.every(({ name }) => name === entries[0]?.name)) return [entries];
  const groups = new Map<number, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.name);
    if (group) group.push(entry);
    else groups.set(entry.name, [entry]);
  }
  return [...groups.values()];
}

/** By what the offers of a group are put into an order. */
interface Wish {
  readonly placeOf: ((offer: Offer) => number) | undefined;
  readonly sort: RoutingMetric | undefined;
  /** In the group's order. */
  readonly points: readonly number[] | undefined;
  readonly draw: ((offer: Offer, warmth: number) => number) | undefined;
}

function wishOf(group: readonly Entry[], { preferences, healthOf, seed }: OrderContext): Wish {
  const wished = group[0]?.suffix?.sort;
  // A suffix is the caller's own wish: it counts before a policy's list, and behind the caller's.
  const isListed = wished === undefined || preferences.orderedBy === 'caller';
  const placeOf = isListed ? preferences.order && createSlugIndex(preferences.order) : undefined;
  const sort = wished ?? preferences.sort;
  const isScored = sort !== undefined || preferences.weights !== undefined;
  const seen = isScored ? group.map(({ offer }) => ({ offer, health: healthOf(offer) })) : [];
  const points = isScored ? score(seen, { ...preferences, ...(sort && { sort }) }) : undefined;
  const draw = placeOf === undefined && points === undefined && seed !== undefined ? createDraw(seed) : undefined;
  return { placeOf, sort, points, draw };
}

function keysOf(
  entries: readonly Entry[],
  groups: readonly (readonly Entry[])[],
  wishes: readonly Wish[],
  context: OrderContext,
): Keys {
  const [rank, group] = [new Float64Array(entries.length), new Float64Array(entries.length)];
  const [listed, points] = [new Float64Array(entries.length), new Float64Array(entries.length)];
  let place = 0;
  for (const [index, wish] of wishes.entries()) {
    const start = place;
    for (const entry of groups[index] ?? []) {
      const health = context.healthOf(entry.offer);
      const at = wish.placeOf?.(entry.offer) ?? -1;
      rank[place] = rankOf(entry.offer, health, context);
      group[place] = index;
      listed[place] = at === -1 ? Number.POSITIVE_INFINITY : at;
      points[place] = isDrawn(entry, wish)
        ? wish.draw(entry.offer, health?.warmth ?? 1)
        : -(wish.points?.[place - start] ?? 0);
      place += 1;
    }
  }
  return { rank, group, listed, points };
}

function isDrawn(entry: Entry, wish: Wish): wish is Wish & { readonly draw: NonNullable<Wish['draw']> } {
  return wish.draw !== undefined && entry.isOneOfSeveral;
}

function reasonOf(entry: Entry, wish: Wish, isListed: boolean): KeptReason {
  if (isListed) return 'listed_order';
  if (wish.sort) return `sorted_by_${wish.sort}`;
  if (wish.points) return 'weighted';
  return isDrawn(entry, wish) ? 'balanced' : 'named';
}

function rankOf(
  { deprecatedOn }: Offer,
  health: OfferHealth | undefined,
  { preferences, today }: OrderContext,
): number {
  if (health?.circuit === 'open') return DOWN;
  if (deprecatedOn !== undefined && today !== undefined && deprecatedOn <= today) return ENDED;
  return isSlow(health, preferences) ? SLOW : 0;
}

/**
 * A draw of each, the least of which comes first, so that each is first in the share of its weight, and second in its share
 * of what is left (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006).
 */
function createDraw(seed: string): (offer: Offer, warmth: number) => number {
  const seedHash = hashOf(seed);
  return (offer, warmth) => {
    const { weight, idHash } = traitsOf(offer);
    if (weight * warmth === 0) return Number.POSITIVE_INFINITY;
    return -Math.log(toShare(mix(seedHash ^ idHash))) / (weight * warmth);
  };
}
