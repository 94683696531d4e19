import type { Offer } from '../../contracts/offers.js';
import type { Meaning } from '../named-offers.js';
import type { Suffix } from './suffix.js';

/** The offers that one of the caller's names means, or those that are left of them. */
export interface Group {
  /** Which of the caller's names meant them first. */
  readonly name: number;
  readonly suffix: Suffix | undefined;
  /** Whether the name meant several offers, among which there is something to choose. */
  readonly isOneOfSeveral: boolean;
  readonly offers: readonly Offer[];
}

/** Each offer once, under the first name that means it. */
export function groupsOf(meant: readonly Meaning[]): readonly Group[] {
  // By id, because a test key's offers are made anew for each name.
  const known = new Set<string>();
  return meant.map(({ offers, suffix }, name) => {
    const isOneOfSeveral = offers.length > 1;
    if (meant.length === 1) return { name, suffix, isOneOfSeveral, offers };
    const news = offers.filter(({ id }) => !known.has(id));
    for (const { id } of news) known.add(id);
    return { name, suffix, isOneOfSeveral, offers: news };
  });
}

export function countOf(groups: readonly Group[]): number {
  return groups.reduce((sum, { offers }) => sum + offers.length, 0);
}

/** The first few of all, to be named. */
export function firstOf(groups: readonly Group[], count: number): readonly Offer[] {
  return groups.flatMap(({ offers }) => offers.slice(0, count)).slice(0, count);
}

/** Those that are, and those that are not. */
export function split(
  groups: readonly Group[],
  is: (offer: Offer) => boolean,
): { readonly kept: readonly Group[]; readonly dropped: readonly Offer[] } {
  const { kept, dropped } = sift(groups, [is]);
  return { kept, dropped: dropped[0] ?? [] };
}

/**
 * Those that pass all tests, and for each test those that fail it and none before it. A name can mean a thousand, of which mostly all
 * pass: nothing is copied then, and never more than once.
 */
export function sift(
  groups: readonly Group[],
  tests: readonly ((offer: Offer) => boolean)[],
): { readonly kept: readonly Group[]; readonly dropped: readonly (readonly Offer[])[] } {
  const dropped: readonly Offer[][] = tests.map(() => []);
  const kept = groups.map((group) => {
    let offers: Offer[] | undefined;
    let index = 0;
    // A plain loop: an iterator's pairs would be garbage of a thousand offers for every plan.
    for (const offer of group.offers) {
      const failed = firstFailed(tests, offer);
      if (failed === -1) offers?.push(offer);
      else {
        offers ??= group.offers.slice(0, index);
        dropped[failed]?.push(offer);
      }
      index += 1;
    }
    return offers ? { ...group, offers } : group;
  });
  return { kept: kept.filter(({ offers }) => offers.length > 0), dropped };
}

function firstFailed(tests: readonly ((offer: Offer) => boolean)[], offer: Offer): number {
  let index = 0;
  for (const passes of tests) {
    if (!passes(offer)) return index;
    index += 1;
  }
  return -1;
}
