import type { Offer } from '../contracts/offers.js';
import { compare, type Fraction, add, perUnit, times, ZERO } from './fraction.js';

/** Every name by which a list's offers can be asked for. Built once for a list, so that a request need not read thousands. */
export interface ModelIndex {
  /**
   * The offers that this name means, the first to ask first; empty where it means none. `isAllowed` is asked before anything
   * is chosen, so that a name which means another offer to another caller is still found.
   */
  find(name: string, isAllowed?: (offer: Offer) => boolean): readonly Offer[];
  /** The offers of these offers' models that are of a single region, which no name but their own finds. */
  regionsOf(found: readonly Offer[], isAllowed?: (offer: Offer) => boolean): readonly Offer[];
}

/** A way to read a name, and whom it means: groups, of which the first that has an allowed offer counts. */
type Table = ReadonlyMap<string, readonly (readonly Offer[])[]>;

/**
 * Who is meant by a name, first match first: an offer's id, an alias with its vendor, a model's id (`maker/name`), a bare
 * alias, a model's bare name, an offer's id without its vendor. A name of a model, or an alias without a vendor, means all
 * offers of that model in the order of their prices; a name with a vendor means that offer alone. Letters count as written
 * first; only where nothing matches so does their case stop to count.
 */
export function createModelIndex(offers: readonly Offer[]): ModelIndex {
  const models = groupByModel(offers);
  const exact = tablesOf(offers, models, (text) => text);
  const folded = tablesOf(offers, models, (text) => text.toLowerCase());
  const regional = groupRegional(offers);
  return {
    find: (name, isAllowed) => {
      const found = findIn(exact, name, isAllowed);
      return found.length > 0 ? found : findIn(folded, name.toLowerCase(), isAllowed);
    },
    regionsOf: (found, isAllowed = () => true) => {
      const names = new Set(found.flatMap(({ model }) => (model === undefined ? [] : [model])));
      return [...names]
        .flatMap((model) => regional.get(model) ?? [])
        .filter((offer) => isAllowed(offer) && !found.includes(offer));
    },
  };
}

/**
 * The index of a list that stays: kept for as long as the list itself is. Lists made for one request are better scanned
 * (`resolveModel`), since an index costs more than a scan.
 */
export function modelIndexOf(offers: readonly Offer[]): ModelIndex {
  const known = indexes.get(offers);
  if (known) return known;
  const index = createModelIndex(offers);
  indexes.set(offers, index);
  return index;
}

/** A memo of a pure function: it changes when an answer comes, never which. */
const indexes = new WeakMap<readonly Offer[], ModelIndex>();

function findIn(
  tables: readonly Table[],
  name: string,
  isAllowed: ((offer: Offer) => boolean) | undefined,
): readonly Offer[] {
  for (const table of tables) {
    for (const group of table.get(name) ?? []) {
      const allowed = isAllowed === undefined ? group : allowedOf(group, isAllowed);
      if (allowed.length > 0) return allowed;
    }
  }
  return [];
}

function allowedOf(group: readonly Offer[], isAllowed: (offer: Offer) => boolean): readonly Offer[] {
  const known = group.length < MANY ? undefined : lasting.get(isAllowed);
  const found = known?.get(group);
  if (found) return found;
  // Mostly all are allowed, and a group can have a thousand: it is not copied then.
  const allowed = group.every(isAllowed) ? group : group.filter(isAllowed);
  known?.set(group, allowed);
  return allowed;
}

/** Of fewer it is asked anew as fast as it is remembered. */
const MANY = 32;

/** What rules that stay leave of groups that stay. */
const lasting = new WeakMap<(offer: Offer) => boolean, WeakMap<readonly Offer[], readonly Offer[]>>();

/** Says of a rule that it is asked again, by many requests, and tells the same of an offer each time: what it leaves is kept then. */
export function asLasting(isAllowed: (offer: Offer) => boolean): (offer: Offer) => boolean {
  lasting.set(isAllowed, new WeakMap());
  return isAllowed;
}

function tablesOf(
  offers: readonly Offer[],
  models: ReadonlyMap<string, readonly Offer[]>,
  fold: (text: string) => string,
): readonly Table[] {
  const ids = createTable(fold);
  const modelIds = createTable(fold);
  const vendorAliases = createTable(fold);
  const aliases = createTable(fold);
  const modelNames = createTable(fold);
  const bareNames = createTable(fold);
  for (const offer of offers) {
    const together = sameModelAs(offer, models);
    ids.put(offer.id, [offer]);
    for (const alias of offer.aliases) {
      aliases.put(alias, together);
      vendorAliases.put(`${offer.vendor}/${alias}`, [offer]);
    }
    const bare = fold(bareName(offer.id));
    bareNames.put(
      bare,
      together.filter(({ id }) => fold(bareName(id)) === bare),
    );
  }
  for (const [model, together] of models) {
    modelIds.put(model, together);
    modelNames.put(bareName(model), together);
  }
  return [ids, vendorAliases, modelIds, aliases, modelNames, bareNames].map(({ groups }) => groups);
}

/** Where one name means several models or offers, the list's first wins and the others wait behind it. */
function createTable(fold: (text: string) => string) {
  const groups = new Map<string, (readonly Offer[])[]>();
  const put = (name: string, group: readonly Offer[]): void => {
    const before = groups.get(fold(name));
    if (before === undefined) groups.set(fold(name), [group]);
    else if (!before.some((known) => known[0] === group[0])) before.push(group);
  };
  return { groups, put };
}

/** All offers of the offer's model; itself alone where it has none, or is of a region that must be asked for. */
function sameModelAs(offer: Offer, models: ReadonlyMap<string, readonly Offer[]>): readonly Offer[] {
  const together = offer.model === undefined ? undefined : models.get(offer.model);
  return together?.includes(offer) ? together : [offer];
}

/** By model, in the order of their prices. An offer of one region is left to those who name it. */
function groupByModel(offers: readonly Offer[]): ReadonlyMap<string, readonly Offer[]> {
  return groupAll(offers.filter(({ region }) => region === undefined));
}

function groupRegional(offers: readonly Offer[]): ReadonlyMap<string, readonly Offer[]> {
  return groupAll(offers.filter(({ region }) => region !== undefined));
}

function groupAll(offers: readonly Offer[]): ReadonlyMap<string, readonly Offer[]> {
  const groups = new Map<string, Offer[]>();
  for (const offer of offers) {
    if (offer.model === undefined) continue;
    const together = groups.get(offer.model);
    if (together) together.push(offer);
    else groups.set(offer.model, [offer]);
  }
  return new Map([...groups].map(([model, together]) => [model, byPrice(together)]));
}

/**
 * The cheapest first; where prices tie the model's own maker, then the order of the list. What costs nothing comes last: it is
 * a vendor's trial or the operator's own machine, and not where paid traffic should go unasked.
 */
function byPrice(offers: readonly Offer[]): readonly Offer[] {
  const isFirst = ({ firstParty }: Offer): number => (firstParty === true ? 0 : 1);
  return offers
    .map((offer) => ({ offer, price: comparedPrice(offer) }))
    .sort((left, right) => {
      const free = Number(left.price.numerator === 0n) - Number(right.price.numerator === 0n);
      return free || compare(left.price, right.price) || isFirst(left.offer) - isFirst(right.offer);
    })
    .map(({ offer }) => offer);
}

/** The one that costs least, of those that cost anything; of none, nothing. */
export function cheapestOf(offers: readonly Offer[]): Offer | undefined {
  return byPrice(offers)[0];
}

/** Tokens of input for each of output by which offers are compared: what conversations with a history come to. */
const INPUT_SHARE = 3;

/** What an offer costs a token of a usual conversation, times four, in nano USD. */
export function comparedPrice(offer: Offer): Fraction {
  return offer.kind === 'chat' ? conversationPrice(offer) : mediaPrice(offer);
}

/** Of offers of one kind those of one model are compared, which mostly are priced by the same unit: the sum of all will do. */
function mediaPrice({ prices, variants }: Offer): Fraction {
  const lists = [prices, ...(variants ?? []).map((variant) => variant.prices).slice(0, 1)];
  const all = lists.flatMap((list) => Object.values(list));
  return all.reduce<Fraction>((sum, price) => add(sum, perUnit(price)), ZERO);
}

function conversationPrice({ prices: { input, output, requests } }: Offer): Fraction {
  const sides = [input && times(perUnit(input), INPUT_SHARE), output && perUnit(output)];
  // A price of each request counts as if it came with a thousand tokens of output.
  const request = requests && { ...perUnit(requests), denominator: perUnit(requests).denominator * 1_000n };
  return [...sides, request].reduce<Fraction>((sum, price) => (price === undefined ? sum : add(sum, price)), ZERO);
}

/** Without what stands before the first slash. */
export function bareName(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}
