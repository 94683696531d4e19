import type { Kind } from '../workflows/contracts/kinds.js';
import type { Offer } from '../workflows/contracts/offers.js';
import { offersOfKind } from '../workflows/domain/offers-of-kind.js';
import type { AppDependencies } from './dependencies.js';

/**
 * The offers of configured vendors of one kind, as they are now: prices change while the process runs, so that each request asks
 * anew. The list is the same one until something has changed, because names are indexed by it.
 */
export function servedOffers({ catalogue, vendors }: Pick<AppDependencies, 'catalogue' | 'vendors'>) {
  const served = new WeakMap<readonly Offer[], readonly Offer[]>();
  return (kind: Kind): readonly Offer[] => {
    const all = offersOfKind(catalogue, kind);
    const known = served.get(all);
    if (known) return known;
    const made = all.filter(({ vendor }) => vendors.includes(vendor));
    served.set(all, made);
    return made;
  };
}
