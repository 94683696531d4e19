import type { Demand } from '../../contracts/requests.js';
import type { Clause } from './clauses.js';
import type { Drops } from './drops.js';
import { fitnessesOf, isRoomy } from './fit.js';
import type { Entry } from './order.js';

/** Those that meet every clause; of the others is told the first one that they do not. */
export function keepMet(entries: readonly Entry[], clauses: readonly Clause[], drops: Drops): readonly Entry[] {
  return entries.filter(({ offer, suffix }) => {
    if (suffix?.reason !== undefined && !suffix.means(offer)) {
      drops.add(offer.id, suffix.reason, suffix.reason === 'not_free' ? ':free' : ':thinking');
      return false;
    }
    for (const { isMet, reason, name } of clauses) {
      if (isMet(offer)) continue;
      drops.add(offer.id, reason, name);
      return false;
    }
    return true;
  });
}

/** Without those that lack what the call needs, need by need, as long as another has it. */
export function keepFit(entries: readonly Entry[], demand: Demand, drops: Drops): readonly Entry[] {
  let kept = entries;
  for (const { reason, isFit } of fitnessesOf(demand)) {
    const fit = kept.filter(({ offer }) => isFit(offer));
    if (fit.length === 0 || fit.length === kept.length) continue;
    for (const { offer } of kept) if (!isFit(offer)) drops.add(offer.id, reason);
    kept = fit;
  }
  return kept;
}

/** Those that write as much as was asked for; all where none does, and the dialect demands a number. */
export function keepRoomy(entries: readonly Entry[], demand: Demand, drops: Drops): readonly Entry[] {
  const roomy = entries.filter(({ offer }) => isRoomy(offer, demand));
  if (roomy.length === entries.length) return entries;
  if (roomy.length === 0 && demand.capIsDemanded === true) return entries;
  for (const { offer } of entries) if (!isRoomy(offer, demand)) drops.add(offer.id, 'output_cap');
  return roomy;
}
