import type { OfferHealth } from '../../contracts/health.js';
import type { KeptOffer, KeptReason } from '../../contracts/routing.js';
import { createHeap, type PlaceHeap } from '../heap.js';
import type { Group } from './groups.js';
import type { OfferRow } from './rows.js';
import { isSlow } from './score.js';
import { draw, reasonOf, type Wish, wishOf, type WishContext } from './wishes.js';

export interface Placed {
  readonly row: OfferRow;
  /** Which of the caller's names means it. */
  readonly name: number;
  readonly reason: KeptReason;
  readonly behind?: NonNullable<KeptOffer['behind']>;
}

export interface OrderContext extends WishContext {
  /** An ISO date. */
  readonly today?: string;
}

/** By rank. */
const BEHIND = [undefined, 'slow', 'ended', 'down'] as const;
const [SLOW, ENDED, DOWN] = [1, 2, 3];
const UNRANKED = 255;

/** A total order, read from its beginning: hardly more than the first few are asked for, of a thousand. */
export interface Ordering {
  /** The next whose name is wanted; undefined where there is none. */
  next(isWanted: (name: number) => boolean): Placed | undefined;
  /** How many were not given. */
  left(): number;
}

/** A group, and where its offers begin among those of all groups. */
interface Line {
  readonly group: Group;
  readonly wish: Wish;
  readonly start: number;
}

/** What is compared of the offer at each place, one after the other and less first; at last the place, so that no two are equal. */
interface Keys {
  /** Rank, group and place in a list, as one number. */
  readonly tier: Float64Array;
  readonly points: Float64Array;
  /** Of `BEHIND`, or not known yet. */
  readonly rank: Uint8Array;
}

/**
 * What is down goes behind everything, of all models, and stays, because what is known may be old; then what was seen to be
 * slow. Before that each model behind the one before it, unless all are to be in one order. Health can only put an offer
 * further back, so that it is looked at when an offer comes first, and not for the hundreds that never do.
 */
export function createOrdering(groups: readonly Group[], context: OrderContext): Ordering {
  const rows = allOf(groups);
  const lines = linesOf(groups, rows, context);
  const listLength = context.preferences.order?.length ?? 0;
  const keys = keysOf(lines, rows.length, listLength);
  const isFirst = (left: number, right: number): boolean => isBefore(keys, left, right);
  // One for each name, so that all of a name that is not wanted any more are passed over at once.
  const heaps = lines.map(({ group, start }) => createHeap(start, group.rows.length, isFirst));
  let left = rows.length;
  const rank = (place: number, line: Line): void => {
    const row = rows[place] ?? missing();
    const health = context.healthOf(row);
    const found = rankOf(row, health, context);
    keys.rank[place] = found;
    keys.tier[place] = (keys.tier[place] ?? 0) + found * lines.length * (listLength + 1);
    const seedHash = seedHashOf(line);
    if (seedHash !== undefined && health) keys.points[place] = draw(row.traits, seedHash, health.warmth);
  };
  const toPlaced = (place: number, { group, wish }: Line): Placed => {
    const row = rows[place] ?? missing();
    const reason = reasonOf(row.offer, wish, group.isOneOfSeveral);
    const behind = BEHIND[keys.rank[place] ?? 0];
    return { row, name: group.name, reason, ...(behind && { behind }) };
  };
  const firstOf = (isWanted: (name: number) => boolean): Head | undefined =>
    lines
      .flatMap((line, index): readonly Head[] => {
        const [heap, place] = [heaps[index], heaps[index]?.first()];
        return heap && place !== undefined && isWanted(line.group.name) ? [{ line, heap, place }] : [];
      })
      .reduce<Head | undefined>((one, other) => (one && isFirst(one.place, other.place) ? one : other), undefined);
  return {
    next: (isWanted) => {
      for (let first = firstOf(isWanted); first; first = firstOf(isWanted)) {
        const { line, heap, place } = first;
        if (keys.rank[place] !== UNRANKED) {
          heap.removeFirst();
          left -= 1;
          return toPlaced(place, line);
        }
        rank(place, line);
        heap.sinkFirst();
      }
      return undefined;
    },
    left: () => left,
  };
}

/** The first offer of a line. */
interface Head {
  readonly line: Line;
  readonly heap: PlaceHeap;
  readonly place: number;
}

function missing(): never {
  throw new Error('an offer was looked for beyond the end of its list');
}

function allOf(groups: readonly Group[]): readonly OfferRow[] {
  const [only] = groups;
  return only && groups.length === 1 ? only.rows : groups.flatMap(({ rows }) => rows);
}

function linesOf(groups: readonly Group[], rows: readonly OfferRow[], context: OrderContext): readonly Line[] {
  const isOneOrder = context.preferences.partition === 'none';
  const wish = isOneOrder ? wishOf(rows, groups[0]?.suffix, context) : undefined;
  let start = 0;
  return groups.map((group) => {
    const line = { group, wish: wish ?? wishOf(group.rows, group.suffix, context), start };
    start += group.rows.length;
    return line;
  });
}

/** Column by column in plain loops, a thousand offers at a time. */
function keysOf(lines: readonly Line[], size: number, listLength: number): Keys {
  const [tier, points] = [new Float64Array(size), new Float64Array(size)];
  for (const [number, line] of lines.entries()) {
    const { group, wish, start } = line;
    // Of one order for all groups the wish is the same, and counts all of their offers.
    const isOneOrder = lines[0]?.wish === wish;
    const first = isOneOrder ? 0 : number * (listLength + 1);
    fillTier(tier, line, first, listLength);
    const seedHash = seedHashOf(line);
    if (seedHash !== undefined) fillDrawn(points, group.rows, start, seedHash);
    else if (wish.points) fillScored(points, wish.points, start, isOneOrder ? start : 0, group.rows.length);
  }
  return { tier, points, rank: new Uint8Array(size).fill(UNRANKED) };
}

function fillTier(tier: Float64Array, { group, wish, start }: Line, first: number, listLength: number): void {
  const { placeOf } = wish;
  tier.fill(first + listLength, start, start + group.rows.length);
  if (placeOf === undefined) return;
  for (const [index, { offer }] of group.rows.entries()) {
    const listed = placeOf(offer);
    if (listed !== -1) tier[start + index] = first + listed;
  }
}

function fillDrawn(points: Float64Array, rows: readonly OfferRow[], start: number, seedHash: number): void {
  let place = start;
  for (const { traits } of rows) {
    points[place] = draw(traits, seedHash, 1);
    place += 1;
  }
}

function fillScored(points: Float64Array, scored: Float64Array, start: number, from: number, count: number): void {
  for (let index = 0; index < count; index += 1) points[start + index] = -(scored[from + index] ?? 0);
}

/** A name that means one offer leaves nothing to draw. */
function seedHashOf({ group, wish }: Line): number | undefined {
  return group.isOneOfSeveral ? wish.seedHash : undefined;
}

function isBefore({ tier, points }: Keys, left: number, right: number): boolean {
  const tiers = (tier[left] ?? 0) - (tier[right] ?? 0);
  if (tiers !== 0) return tiers < 0;
  const one = points[left] ?? 0;
  const other = points[right] ?? 0;
  return one === other ? left < right : one < other;
}

function rankOf(
  { offer: { deprecatedOn } }: OfferRow,
  health: OfferHealth | undefined,
  { preferences, today }: OrderContext,
): number {
  if (health?.circuit === 'open') return DOWN;
  if (deprecatedOn !== undefined && today !== undefined && deprecatedOn <= today) return ENDED;
  return isSlow(health, preferences) ? SLOW : 0;
}
