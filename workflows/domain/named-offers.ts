import type { KeyMode, Restrictions } from '../contracts/access.js';
import type { Offer } from '../contracts/offers.js';
import { modelIndexOf } from './model-index.js';
import { allowsModel } from './restrictions.js';

/** What the caller's key, project, teams and organisation allow. */
export interface PlanPolicy {
  readonly restrictions?: readonly Restrictions[];
  readonly mode?: KeyMode;
  /** The vendors that can be called for this caller; absent for all. */
  readonly vendors?: ReadonlySet<string>;
}

/** The offers that this caller may use: for a test key the sandbox, free of charge. */
export function offersFor(offers: readonly Offer[], policy: PlanPolicy): readonly Offer[] {
  const { restrictions = [], mode, vendors } = policy;
  if (restrictions.length === 0 && mode !== 'test' && vendors === undefined) return offers;
  return asSold(offers.filter(allowedBy(policy)), policy);
}

/**
 * The offers that a name means to this caller, the first to ask first (`model-index.ts` says how names are read); empty
 * where it means none. `offers` is a list that stays, such as the catalogue's: it is indexed once.
 */
export function namedOffers(name: string, offers: readonly Offer[], policy: PlanPolicy): readonly Offer[] {
  return asSold(modelIndexOf(offers).find(name, allowedBy(policy)), policy);
}

function allowedBy({ restrictions = [], mode, vendors }: PlanPolicy): (offer: Offer) => boolean {
  return ({ id, vendor }) =>
    (mode !== 'test' || vendor === 'sandbox') && (vendors?.has(vendor) ?? true) && allowsModel(restrictions, id);
}

function asSold(offers: readonly Offer[], { mode }: PlanPolicy): readonly Offer[] {
  if (mode !== 'test') return offers;
  return offers.map(({ longContext: _, longerContexts: _further, tiers: _tiers, ...offer }) => ({
    ...offer,
    prices: {},
  }));
}
