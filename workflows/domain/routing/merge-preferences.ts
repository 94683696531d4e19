import type { RoutingFallback, RoutingLevel, RoutingPreferences } from '../../contracts/routing.js';
import { clauseName } from './clauses.js';

/** The wishes that count, of all levels. */
export interface MergedPreferences extends Omit<RoutingPreferences, 'partition'> {
  readonly partition: 'model' | 'none';
  /** Whose `order`, `sort` or `weights` they are. */
  readonly orderedBy?: RoutingLevel['scope'];
}

/**
 * Of a wish about the order the last level's counts, whichever of the three ways it is stated in: a caller that sorts by
 * price does not want a project's list first.
 */
export function mergePreferences(levels: readonly RoutingLevel[]): MergedPreferences {
  const ordering = levels.findLast(({ order, sort, weights }) => order ?? sort ?? weights);
  const { order, sort, weights } = ordering ?? {};
  const latency = lastOf(levels, 'preferredMaxLatencyMs');
  const throughput = lastOf(levels, 'preferredMinThroughput');
  return {
    ...(ordering && { orderedBy: ordering.scope }),
    ...(order && { order }),
    ...(sort && { sort }),
    ...(weights && { weights }),
    partition: lastOf(levels, 'partition') ?? 'model',
    ...(latency && { preferredMaxLatencyMs: latency }),
    ...(throughput && { preferredMinThroughput: throughput }),
  };
}

function lastOf<K extends keyof RoutingLevel>(levels: readonly RoutingLevel[], field: K): RoutingLevel[K] | undefined {
  return levels.findLast((level) => level[field] !== undefined)?.[field];
}

/** The strictest of what the levels allow after a failure: the shortest time, and only steps that every level has. */
export function mergeFallback(levels: readonly RoutingLevel[]): RoutingFallback {
  const lists = levels.flatMap(({ fallback }) => (fallback ? [fallback] : []));
  const last = lists.at(-1);
  const times = levels.flatMap(({ totalMs }) => (totalMs === undefined ? [] : [totalMs]));
  return {
    ...(last && { fallback: last.filter((step) => lists.every((list) => list.includes(step))) }),
    ...(times.length > 0 && { totalMs: Math.min(...times) }),
  };
}

/** The level that allows no fallbacks, by its clause's name; undefined where all do. */
export function fallbacksForbiddenBy(levels: readonly RoutingLevel[]): string | undefined {
  const level = levels.find(({ allowFallbacks }) => allowFallbacks === false);
  return level && clauseName(level, 'allow_fallbacks');
}

/** The level whose limit on the whole request's cost is the lowest, and that limit. */
export function costLimitOf(
  levels: readonly RoutingLevel[],
): { readonly name: string; readonly most: bigint } | undefined {
  return levels
    .flatMap((level) =>
      level.maxCostNanoUsd === undefined
        ? []
        : [{ name: clauseName(level, 'max_cost_usd'), most: BigInt(level.maxCostNanoUsd) }],
    )
    .reduce<{ readonly name: string; readonly most: bigint } | undefined>(
      (least, limit) => (least === undefined || limit.most < least.most ? limit : least),
      undefined,
    );
}
