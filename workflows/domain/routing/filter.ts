import type { Demand } from '../../contracts/requests.js';
import type { Clause } from './clauses.js';
import type { Drops } from './drops.js';
import { fitnessesOf, isRoomy } from './fit.js';
import { countOf, type Group, sift, split } from './groups.js';

/** Those that meet every clause; of the others is told the first one that they do not. */
export function keepMet(groups: readonly Group[], clauses: readonly Clause[], drops: Drops): readonly Group[] {
  const tests = clauses.map(({ isMet }) => isMet);
  const { kept, dropped } = sift(keepMeant(groups, drops), tests);
  for (const [index, { reason, name }] of clauses.entries()) drops.add(dropped[index] ?? [], reason, name);
  return kept;
}

/** Of names with a suffix those that the suffix means. */
function keepMeant(groups: readonly Group[], drops: Drops): readonly Group[] {
  return groups.flatMap((group) => {
    const { suffix } = group;
    if (suffix?.reason === undefined) return [group];
    const { kept, dropped } = split([group], suffix.means);
    drops.add(dropped, suffix.reason, suffix.reason === 'not_free' ? ':free' : ':thinking');
    return kept;
  });
}

/** Without those that lack what the call needs, need by need, as long as another has it. */
export function keepFit(groups: readonly Group[], demand: Demand, drops: Drops): readonly Group[] {
  return fitnessesOf(demand).reduce((left, { reason, isFit }) => {
    const { kept, dropped } = split(left, isFit);
    if (countOf(kept) === 0) return left;
    drops.add(dropped, reason);
    return kept;
  }, groups);
}

/** Those that write as much as was asked for; all where none does, and the dialect demands a number. */
export function keepRoomy(groups: readonly Group[], demand: Demand, drops: Drops): readonly Group[] {
  const { kept, dropped } = split(groups, (offer) => isRoomy(offer, demand));
  if (countOf(kept) === 0 && demand.capIsDemanded === true) return groups;
  drops.add(dropped, 'output_cap');
  return kept;
}
