import type { KeyMode, Restrictions } from '../contracts/access.js';
import type { Offer } from '../contracts/offers.js';
import { autoModels, type AutoWants } from './auto/auto-models.js';
import { autoPolicyOf } from './auto/auto-policy.js';
import { modelIndexOf } from './model-index.js';
import { allowsModel } from './restrictions.js';

/** What the caller's key, project, teams and organisation allow. */
export interface PlanPolicy {
  readonly restrictions?: readonly Restrictions[];
  readonly mode?: KeyMode;
}

/** The offers that this caller may use: for a test key the sandbox, free of charge. */
export function offersFor(offers: readonly Offer[], policy: PlanPolicy): readonly Offer[] {
  const { restrictions = [], mode } = policy;
  if (restrictions.length === 0 && mode !== 'test') return offers;
  return asSold(offers.filter(allowedBy(policy)), policy);
}

/**
 * The offers that a name means to this caller, the first to ask first (`model-index.ts` says how names are read); empty
 * where it means none. `offers` is a list that stays, such as the catalogue's: it is indexed once.
 */
export function namedOffers(name: string, offers: readonly Offer[], policy: PlanPolicy): readonly Offer[] {
  const find = (model: string): readonly Offer[] => modelIndexOf(offers).find(model, allowedBy(policy));
  return asSold(expandAuto([name], offers, policy).flatMap(find), policy);
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

function allowedBy({ restrictions = [], mode }: PlanPolicy): (offer: Offer) => boolean {
  return ({ id, vendor }) => (mode !== 'test' || vendor === 'sandbox') && allowsModel(restrictions, id);
}

function asSold(offers: readonly Offer[], { mode }: PlanPolicy): readonly Offer[] {
  if (mode !== 'test') return offers;
  return offers.map(({ longContext: _, longerContexts: _further, tiers: _tiers, ...offer }) => ({
    ...offer,
    prices: {},
  }));
}
