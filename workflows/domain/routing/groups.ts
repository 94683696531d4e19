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

/** Those that are, and those that are not. A name can mean a thousand, of which mostly all are: nothing is copied then. */
export function split(
  groups: readonly Group[],
  is: (offer: Offer) => boolean,
): { readonly kept: readonly Group[]; readonly dropped: readonly Offer[] } {
  const dropped: Offer[] = [];
  const kept = groups.map((group) => {
    const firstDropped = group.offers.findIndex((offer) => !is(offer));
    if (firstDropped === -1) return group;
    const offers = group.offers.slice(0, firstDropped);
    for (let index = firstDropped; index < group.offers.length; index += 1) {
      const offer = group.offers[index];
      // What was asked once is not asked again: a clause can be dear, and a thousand offers meet it.
      if (offer !== undefined) (index > firstDropped && is(offer) ? offers : dropped).push(offer);
    }
    return { ...group, offers };
  });
  return { kept: kept.filter(({ offers }) => offers.length > 0), dropped };
}
