import type { Kind } from '../workflows/contracts/kinds.js';
import type { Offer } from '../workflows/contracts/offers.js';
import { offersOfKind } from '../workflows/domain/offers-of-kind.js';
import type { AppDependencies } from './dependencies.js';

/** The offers of one kind besides chat, as they are now; the same list until something has changed. */
export function servedMedia({ catalogue, vendors }: Pick<AppDependencies, 'catalogue' | 'vendors'>) {
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
