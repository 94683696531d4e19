import type { Offer } from '../workflows/contracts/offers.js';
import type { AppDependencies } from './dependencies.js';

/**
 * The offers of configured vendors as they are now: prices change while the process runs, so that each request asks anew. The
 * list is the same one until something has changed, because names are indexed by it.
 */
export function servedOffers({ catalogue, vendors }: AppDependencies): () => readonly Offer[] {
  let all: readonly Offer[] | undefined;
  let served: readonly Offer[] = [];
  return () => {
    if (catalogue.offers !== all) {
      all = catalogue.offers;
      served = all.filter(({ vendor }) => vendors.includes(vendor));
    }
    return served;
  };
}
