import type { Offer } from '../contracts/offers.js';
import { editDistance } from './edit-distance.js';

/** Longer names than this are nobody's typing mistake, and the distance costs the product of the lengths. */
const MAX_COMPARED_LENGTH = 100;

/**
 * The offer that a caller means by `openai/gpt-x`, by an alias with or without its vendor, or by the bare `gpt-x`.
 * Letters count as written first; only where nothing matches so does their case stop to count. An id goes before an
 * alias and an alias before a bare name; among equals the catalogue's first wins.
 */
export function resolveModel(name: string, offers: readonly Offer[]): Offer | undefined {
  return find(name, offers, (text) => text) ?? find(name, offers, (text) => text.toLowerCase());
}

/** Ids of the offers whose names are most like this one, the nearest first. */
export function nearestModels(name: string, offers: readonly Offer[], count = 3): string[] {
  const wanted = [...spellings(name)];
  return offers
    .map((offer) => ({ id: offer.id, distance: distanceTo(wanted, namesOf(offer)) }))
    .sort((left, right) => left.distance - right.distance)
    .slice(0, count)
    .map(({ id }) => id);
}

function find(name: string, offers: readonly Offer[], fold: (text: string) => string): Offer | undefined {
  const wanted = fold(name);
  return (
    offers.find((offer) => fold(offer.id) === wanted) ??
    offers.find((offer) =>
      offer.aliases.some((alias) => fold(alias) === wanted || fold(`${offer.vendor}/${alias}`) === wanted),
    ) ??
    offers.find((offer) => fold(bareName(offer.id)) === wanted)
  );
}

function namesOf(offer: Offer): ReadonlySet<string> {
  return new Set([offer.id, ...offer.aliases].flatMap((name) => [...spellings(name)]));
}

/** A vendor left out, or guessed wrongly, must not make a model look far away: names count bare as well. */
function spellings(name: string): ReadonlySet<string> {
  const cut = name.slice(0, MAX_COMPARED_LENGTH).toLowerCase();
  return new Set([cut, bareName(cut)]);
}

function bareName(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

/** As a share of the longer name, so that three letters' difference means more between short names. */
function distanceTo(wanted: readonly string[], names: ReadonlySet<string>): number {
  const shares = wanted.flatMap((from) =>
    [...names].map((to) => editDistance(from, to) / Math.max(from.length, to.length, 1)),
  );
  return Math.min(...shares);
}
