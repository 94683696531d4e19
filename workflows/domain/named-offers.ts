import type { KeyMode, Restrictions } from '../contracts/access.js';
import type { Offer } from '../contracts/offers.js';
import { autoModels, type AutoWants } from './auto/auto-models.js';
import { autoPolicyOf } from './auto/auto-policy.js';
import { asLasting, modelIndexOf } from './model-index.js';
import { allowsModel } from './restrictions.js';
import { splitSuffix, type Suffix } from './routing/suffix.js';

/** What the caller's key, project, teams and organisation allow. */
export interface PlanPolicy {
  readonly restrictions?: readonly Restrictions[];
  readonly mode?: KeyMode;
  /** The vendors that can be called for this caller; absent for all. */
  readonly vendors?: ReadonlySet<string>;
  /** By which accounts a vendor may be asked, undefined for the environment's; a vendor that is not in it, by that one alone. */
  readonly accounts?: ReadonlyMap<string, readonly (string | undefined)[]>;
}

/** The offers that this caller may use: for a test key the sandbox, free of charge. */
export function offersFor(offers: readonly Offer[], policy: PlanPolicy): readonly Offer[] {
  const isAllowed = allowedBy(policy);
  return isAllowed === undefined ? offers : asSold(offers.filter(isAllowed), policy);
}

/**
 * The offers that a name means to this caller, the first to ask first (`model-index.ts` says how names are read); empty
 * where it means none. `offers` is a list that stays, such as the catalogue's: it is indexed once.
 */
export function namedOffers(name: string, offers: readonly Offer[], policy: PlanPolicy): readonly Offer[] {
  return meaningOf(name, offers, policy).offers;
}

/**
 * These names with the models that an `auto` model among them stands for in its place. One that stands for none stays, and
 * means nothing.
 */
export function expandAuto(
  names: readonly string[],
  offers: readonly Offer[],
  policy: PlanPolicy,
  wants?: AutoWants,
): readonly string[] {
  const expanded = names.flatMap((name) => {
    const auto = autoPolicyOf(name);
    const models = auto === undefined ? [] : autoModels(auto, offersFor(offers, policy), wants);
    return models.length > 0 ? models : [name];
  });
  return [...new Set(expanded)];
}

/** What a name means to a caller: offers, and what the suffix asks for that it has beyond any of their names. */
export interface Meaning {
  readonly offers: readonly Offer[];
  readonly suffix?: Suffix;
}

/**
 * As `namedOffers`, with the suffix. `withRegions` also finds the offers of single regions, which are else left to those who
 * name them.
 */
export function meaningOf(name: string, offers: readonly Offer[], policy: PlanPolicy, withRegions = false): Meaning {
  const index = modelIndexOf(offers);
  const isAllowed = allowedBy(policy);
  const find = (text: string): readonly Offer[] => {
    const found = index.find(text, isAllowed);
    return asSold(withRegions ? [...found, ...index.regionsOf(found, isAllowed)] : found, policy);
  };
  const meant = (text: string): readonly Offer[] =>
    autoPolicyOf(text) === undefined ? find(text) : expandAuto([text], offers, policy).flatMap(find);
  const found = meant(name);
  const split = found.length > 0 ? undefined : splitSuffix(name);
  return split ? { offers: meant(split.base), suffix: split.suffix } : { offers: found };
}

/** Undefined where all is allowed: of a thousand offers there is nothing to ask then. */
function allowedBy({ restrictions = [], mode, vendors }: PlanPolicy): ((offer: Offer) => boolean) | undefined {
  if (restrictions.length === 0 && mode !== 'test') return vendors && isOfVendors(vendors);
  return ({ id, vendor }) =>
    (mode !== 'test' || vendor === 'sandbox') && (vendors?.has(vendor) ?? true) && allowsModel(restrictions, id);
}

/** The same rule for the same set, which callers share and which stays until a credential changes. */
function isOfVendors(vendors: ReadonlySet<string>): (offer: Offer) => boolean {
  const known = rules.get(vendors);
  if (known) return known;
  const made = asLasting(({ vendor }) => vendors.has(vendor));
  rules.set(vendors, made);
  return made;
}

/** A memo of a pure function: it changes when an answer comes, never which. */
const rules = new WeakMap<ReadonlySet<string>, (offer: Offer) => boolean>();

function asSold(offers: readonly Offer[], { mode }: PlanPolicy): readonly Offer[] {
  if (mode !== 'test') return offers;
  return offers.map((offer) => {
    const {
      longContext: _,
      longerContexts: _further,
      tiers: _tiers,
      variants: _variants,
      imageTool: _tool,
      ...rest
    } = offer;
    return { ...rest, prices: {} };
  });
}
