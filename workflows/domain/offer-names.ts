import type { Offer } from '../contracts/offers.js';
import { bareName } from './model-index.js';

type Named = Pick<Offer, 'id' | 'vendor' | 'aliases'>;

export interface NameClash<T> {
  readonly offer: T;
  /** The offer that has the name already. */
  readonly ownerId: string;
  readonly name: string;
}

/**
 * The offers that one vendor's names tell apart, and those whose name another one before them has. Two offers of one vendor must
 * not be asked for by the same name; offers of different vendors may share an alias, because it names the model. Letter case
 * does not tell models apart where a name is looked up, so it does not here.
 */
export function withUniqueNames<T extends Named>(
  offers: readonly T[],
): { readonly unique: readonly T[]; readonly clashes: readonly NameClash<T>[] } {
  const owners = new Map<string, string>();
  const clashes: NameClash<T>[] = [];
  const unique = offers.filter((offer) => {
    const { id, vendor, aliases } = offer;
    const names = [...new Set([id, ...aliases, ...aliases.map((alias) => `${vendor}/${alias}`)])];
    const keyOf = (name: string): string => `${vendor} ${name.toLowerCase()}`;
    const taken = names.find((name) => owners.has(keyOf(name)));
    if (taken !== undefined) {
      clashes.push({ offer, name: taken, ownerId: owners.get(keyOf(taken)) ?? '' });
      return false;
    }
    for (const name of names) owners.set(keyOf(name), id);
    return true;
  });
  return { unique, clashes };
}

/**
 * The first alias of an offer by which callers already mean another model, and the offer that serves that: an alias that is set
 * by hand must not take somebody's requests from one model to another. `except` are those that it had before.
 */
export function misleadingAlias(
  offer: Offer,
  others: readonly Offer[],
  except: readonly string[] = [],
): { readonly index: number; readonly alias: string; readonly ownerId: string } | undefined {
  const strangers = others.filter(({ id, vendor, model }) => id !== offer.id && !isSame(offer, { vendor, model }));
  const found = offer.aliases.map((alias, index) => {
    const owner = except.includes(alias) ? undefined : strangers.find(hasName(alias));
    return { index, alias, owner };
  });
  const first = found.find(({ owner }) => owner !== undefined);
  return first?.owner && { index: first.index, alias: first.alias, ownerId: first.owner.id };
}

/** The same model of another vendor may share a name; of the same vendor `withUniqueNames` lets no two share one. */
function isSame(offer: Offer, { vendor, model }: Pick<Offer, 'vendor' | 'model'>): boolean {
  return vendor !== offer.vendor && model !== undefined && model === offer.model;
}

function hasName(alias: string): (offer: Offer) => boolean {
  const wanted = alias.toLowerCase();
  return ({ id, vendor, aliases, model }) =>
    [
      ...[id, bareName(id), ...aliases, ...aliases.map((name) => `${vendor}/${name}`)],
      ...(model === undefined ? [] : [model, bareName(model)]),
    ].some((name) => name.toLowerCase() === wanted);
}
