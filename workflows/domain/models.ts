import type { Offer } from '../contracts/offers.js';
import { editDistance } from './edit-distance.js';
import { bareName, createModelIndex } from './model-index.js';

/** Longer names than this are nobody's typing mistake, and the distance costs the product of the lengths. */
const MAX_COMPARED_LENGTH = 100;

/** Where there are more offers than this, only those that share the most pairs of letters with the name are measured. */
const MAX_MEASURED = 60;

/**
 * The first of the offers that a caller means by a name, of a list made for this one question: it is read from its beginning
 * to its end. `namedOffers` asks an index, and for all that are meant.
 * Letters count as written first; only where nothing matches so does their case stop to count. An id goes before a model's
 * id, that before an alias, and an alias before a bare name; among equals the list's first wins.
 */
export function resolveModel(name: string, offers: readonly Offer[]): Offer | undefined {
  return createModelIndex(offers.filter(hasName(name))).find(name)[0];
}

/** Ids of the offers whose names are most like this one, the nearest first. */
export function nearestModels(name: string, offers: readonly Offer[], count = 3): string[] {
  const wanted = [...spellings(name)];
  return likeliest(wanted, offers)
    .map((offer) => ({ id: offer.id, distance: distanceTo(wanted, namesOf(offer)) }))
    .sort((left, right) => left.distance - right.distance)
    .slice(0, count)
    .map(({ id }) => id);
}

/** Whether an offer has this name in any way at all, so that hardly any is left to be looked at closely. */
function hasName(name: string): (offer: Offer) => boolean {
  const wanted = name.toLowerCase();
  const bare = bareName(wanted);
  return ({ id, model, aliases }) =>
    id.toLowerCase().endsWith(bare) ||
    (model !== undefined && model.toLowerCase().endsWith(bare)) ||
    aliases.some((alias) => alias.toLowerCase().endsWith(bare) || alias.toLowerCase() === wanted);
}

/** Measuring costs a thousand times what counting pairs does, and a catalogue has thousands of names. */
function likeliest(wanted: readonly string[], offers: readonly Offer[]): readonly Offer[] {
  if (offers.length <= MAX_MEASURED) return offers;
  const pairs = new Set(wanted.flatMap(pairsOf));
  return offers
    .map((offer) => ({ offer, shared: sharedPairs(pairs, bareName(offer.id).toLowerCase()) }))
    .sort((left, right) => right.shared - left.shared)
    .slice(0, MAX_MEASURED)
    .map(({ offer }) => offer);
}

function pairsOf(text: string): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2));
}

/** As a share of all pairs, so that a long name is not like everything. */
function sharedPairs(pairs: ReadonlySet<string>, name: string): number {
  const own = pairsOf(name);
  return own.filter((pair) => pairs.has(pair)).length / Math.max(own.length, pairs.size, 1);
}

function namesOf(offer: Offer): ReadonlySet<string> {
  return new Set([offer.id, ...offer.aliases].flatMap((name) => [...spellings(name)]));
}

/** A vendor left out, or guessed wrongly, must not make a model look far away: names count bare as well. */
function spellings(name: string): ReadonlySet<string> {
  const cut = name.slice(0, MAX_COMPARED_LENGTH).toLowerCase();
  return new Set([cut, bareName(cut)]);
}

/** As a share of the longer name, so that three letters' difference means more between short names. */
function distanceTo(wanted: readonly string[], names: ReadonlySet<string>): number {
  const shares = wanted.flatMap((from) =>
    [...names].map((to) => editDistance(from, to) / Math.max(from.length, to.length, 1)),
  );
  return Math.min(...shares);
}
