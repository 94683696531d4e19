import type { Demand } from '../../contracts/requests.js';
import type { Clause } from './clauses.js';
import type { Drops } from './drops.js';
import { type Fitness, fitnessesOf, roomFor } from './fit.js';
import { countOf, type Group, sift, split } from './groups.js';
import { commonLimitsOf } from './rows.js';

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
    const { kept, dropped } = split([group], ({ offer }) => suffix.means(offer));
    drops.add(dropped, suffix.reason, suffix.reason === 'not_free' ? ':free' : ':thinking');
    return kept;
  });
}

/** Without those that lack what the call needs, need by need, as long as another has it. */
export function keepFit(groups: readonly Group[], demand: Demand, drops: Drops): readonly Group[] {
  return fitnessesOf(demand).reduce((left, fitness) => {
    const { kept, dropped } = splitBy(left, fitness);
    if (countOf(kept) === 0) return left;
    drops.add(dropped, fitness.reason);
    return kept;
  }, groups);
}

/** Those that write as much as was asked for; all where none does, and the dialect demands a number. */
export function keepRoomy(groups: readonly Group[], demand: Demand, drops: Drops): readonly Group[] {
  const room = roomFor(demand);
  const { kept, dropped } = splitBy(groups, room);
  if (countOf(kept) === 0 && demand.capIsDemanded === true) return groups;
  drops.add(dropped, room.reason);
  return kept;
}

/** Mostly all are fit, which is told of a thousand at once. */
function splitBy(groups: readonly Group[], { isFit, isFitBy }: Fitness): ReturnType<typeof split> {
  const areAll = groups.every(({ all }) => {
    const limits = commonLimitsOf(all);
    return limits !== undefined && isFitBy(limits);
  });
  return areAll ? { kept: groups, dropped: [] } : split(groups, isFit);
}
