import type { Offer } from '../../contracts/offers.js';
import type { Meaning } from '../named-offers.js';
import type { OfferRow } from './rows.js';
import type { Suffix } from './suffix.js';

/** The offers that one of the caller's names means, or those that are left of them. */
export interface Group {
  /** Which of the caller's names meant them first. */
  readonly name: number;
  readonly suffix: Suffix | undefined;
  /** Whether the name meant several offers, among which there is something to choose. */
  readonly isOneOfSeveral: boolean;
  readonly rows: readonly OfferRow[];
  /** All that the name meant: what all of them have, those that are left have too. */
  readonly all: readonly OfferRow[];
}

/** Each offer once, under the first name that means it. */
export function groupsOf(
  meant: readonly Meaning[],
  rowsOf: (offers: readonly Offer[]) => readonly OfferRow[],
): readonly Group[] {
  // By id, because a test key's offers are made anew for each name.
  const known = new Set<string>();
  const groups = meant.map(({ offers, suffix }, name) => {
    const isOneOfSeveral = offers.length > 1;
    const all = rowsOf(offers);
    if (meant.length === 1) return { name, suffix, isOneOfSeveral, rows: all, all };
    const rows = all.filter(({ offer: { id } }) => !known.has(id));
    for (const { offer } of rows) known.add(offer.id);
    return { name, suffix, isOneOfSeveral, rows, all };
  });
  return groups.filter(({ rows }) => rows.length > 0);
}

export function countOf(groups: readonly Group[]): number {
  return groups.reduce((sum, { rows }) => sum + rows.length, 0);
}

/** The first few of all, to be named. */
export function firstOf(groups: readonly Group[], count: number): readonly Offer[] {
  const first = groups.flatMap(({ rows }) => rows.slice(0, count)).slice(0, count);
  return first.map(({ offer }) => offer);
}

export type Test = (row: OfferRow) => boolean;

/** Those that are, and those that are not. */
export function split(
  groups: readonly Group[],
  is: Test,
): { readonly kept: readonly Group[]; readonly dropped: readonly OfferRow[] } {
  const { kept, dropped } = sift(groups, [is]);
  return { kept, dropped: dropped[0] ?? [] };
}

/**
 * Those that pass all tests, and for each test those that fail it and none before it. A name can mean a thousand, of which mostly all
 * pass: nothing is copied then, and never more than once.
 */
export function sift(
  groups: readonly Group[],
  tests: readonly Test[],
): { readonly kept: readonly Group[]; readonly dropped: readonly (readonly OfferRow[])[] } {
  if (tests.length === 0) return { kept: groups, dropped: [] };
  const dropped: readonly OfferRow[][] = tests.map(() => []);
  const kept = groups.map((group) => {
    let rows: OfferRow[] | undefined;
    let index = 0;
    // A plain loop: an iterator's pairs would be garbage of a thousand offers for every plan.
    for (const row of group.rows) {
      const failed = firstFailed(tests, row);
      if (failed === -1) rows?.push(row);
      else {
        rows ??= group.rows.slice(0, index);
        dropped[failed]?.push(row);
      }
      index += 1;
    }
    return rows ? { ...group, rows } : group;
  });
  return { kept: kept.filter(({ rows }) => rows.length > 0), dropped };
}

function firstFailed(tests: readonly Test[], row: OfferRow): number {
  let index = 0;
  for (const passes of tests) {
    if (!passes(row)) return index;
    index += 1;
  }
  return -1;
}
