import type { OfferHealth } from '../../contracts/health.js';
import type { Offer } from '../../contracts/offers.js';
import type { KeptOffer, KeptReason, RoutingMetric } from '../../contracts/routing.js';
import type { MergedPreferences } from './merge-preferences.js';
import { isSlow, score } from './score.js';
import { hashOf, mix, toShare } from './seed.js';
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

const BEHIND = { slow: 1, ended: 2, down: 3 } as const;

/** A total order, read from its beginning: hardly more than the first few are asked for, of a thousand. */
export interface Ordering {
  /** The next whose name is still wanted; undefined where there is none. */
  next(isWanted: (name: number) => boolean): Placed | undefined;
  /** How many were not given. */
  left(): number;
}

interface Keyed {
  readonly entry: Entry;
  readonly behind: Placed['behind'];
  readonly reason: KeptReason;
  /** Compared one after the other, less first; the last is the place in the list that came in, so that no two are equal. */
  readonly rank: number;
  readonly group: number;
  readonly listed: number;
  readonly points: number;
  readonly place: number;
}

/** What is looked for one by one, before it is cheaper to sort the rest. */
const MOST_SEARCHES = 32;

/**
 * What is down goes behind everything, of all models, and stays, because what is known may be old; then what was seen to be
 * slow. Before that each model behind the one before it, unless all are to be in one order.
 */
export function createOrdering(entries: readonly Entry[], context: OrderContext): Ordering {
  const groups = context.preferences.partition === 'none' ? [entries] : byName(entries);
  let rest = groups.flatMap((group, index) => keysOf(group, index, context));
  let searches = 0;
  const take = (index: number): Placed => {
    const [{ entry, reason, behind } = missing()] = rest.splice(index, 1);
    return { ...entry, reason, ...(behind && { behind }) };
  };
  return {
    next: (isWanted) => {
      searches += 1;
      if (searches === MOST_SEARCHES) rest = rest.sort(compareKeyed);
      const found = searches < MOST_SEARCHES ? searchFirst(rest, isWanted) : findFirst(rest, isWanted);
      return found === -1 ? undefined : take(found);
    },
    left: () => rest.length,
  };
}

function missing(): never {
  throw new Error('an offer was looked for beyond the end of its list');
}

function searchFirst(rest: readonly Keyed[], isWanted: (name: number) => boolean): number {
  let first = -1;
  let best: Keyed | undefined;
  // By number, because an iterator's pairs would cost more than the comparison.
  for (let index = 0; index < rest.length; index += 1) {
    const keyed = rest[index];
    if (keyed === undefined || (best !== undefined && compareKeyed(keyed, best) >= 0)) continue;
    if (!isWanted(keyed.entry.name)) continue;
    best = keyed;
    first = index;
  }
  return first;
}

function findFirst(sorted: readonly Keyed[], isWanted: (name: number) => boolean): number {
  return sorted.findIndex(({ entry }) => isWanted(entry.name));
}

function compareKeyed(left: Keyed, right: Keyed): number {
  if (left.rank !== right.rank) return left.rank - right.rank;
  if (left.group !== right.group) return left.group - right.group;
  if (left.listed !== right.listed) return left.listed < right.listed ? -1 : 1;
  if (left.points !== right.points) return left.points < right.points ? -1 : 1;
  return left.place - right.place;
}

function byName(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const groups = new Map<number, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.name);
    if (group) group.push(entry);
    else groups.set(entry.name, [entry]);
  }
  return [...groups.values()];
}

function keysOf(group: readonly Entry[], index: number, context: OrderContext): readonly Keyed[] {
  const { preferences, healthOf, seed } = context;
  const seen = group.map(({ offer }) => ({ offer, health: healthOf(offer) }));
  const wished = group[0]?.suffix?.sort;
  // A suffix is the caller's own wish: it counts before a policy's list, and behind the caller's.
  const isListed = wished === undefined || preferences.orderedBy === 'caller';
  const placeOf = isListed ? preferences.order && createSlugIndex(preferences.order) : undefined;
  const sort = wished ?? preferences.sort;
  const points = score(seen, { ...preferences, ...(sort && { sort }) });
  const draw = placeOf === undefined && points === undefined && seed !== undefined ? createDraw(seed) : undefined;
  return group.map((entry, place) => {
    const health = seen[place]?.health;
    const behind = behindOf(entry.offer, health, context);
    const listed = placeOf?.(entry.offer) ?? -1;
    const isDrawn = draw !== undefined && entry.isOneOfSeveral;
    return {
      entry,
      behind,
      reason: reasonOf({ listed, sort, points, isDrawn }),
      rank: behind === undefined ? 0 : BEHIND[behind],
      group: index,
      listed: listed === -1 ? Number.POSITIVE_INFINITY : listed,
      points: isDrawn ? draw(entry.offer, health?.warmth ?? 1) : -(points?.[place] ?? 0),
      place,
    };
  });
}

function reasonOf(by: {
  readonly listed: number;
  readonly sort: RoutingMetric | undefined;
  readonly points: readonly number[] | undefined;
  readonly isDrawn: boolean;
}): KeptReason {
  if (by.listed !== -1) return 'listed_order';
  if (by.sort) return `sorted_by_${by.sort}`;
  if (by.points) return 'weighted';
  return by.isDrawn ? 'balanced' : 'named';
}

function behindOf(
  { deprecatedOn }: Offer,
  health: OfferHealth | undefined,
  { preferences, today }: OrderContext,
): Placed['behind'] {
  if (health?.circuit === 'open') return 'down';
  if (deprecatedOn !== undefined && today !== undefined && deprecatedOn <= today) return 'ended';
  return isSlow(health, preferences) ? 'slow' : undefined;
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
