import type { ObservedQuality, OfferHealth, Percentiles } from '../../contracts/health.js';
import type { Offer } from '../../contracts/offers.js';
import type { RoutingMetric, RoutingPreferences } from '../../contracts/routing.js';
import { traitsOf } from './traits.js';

/** An offer with what was lately seen of it. */
export interface Seen {
  readonly offer: Offer;
  readonly health: OfferHealth | undefined;
}

/** Where one lies between the worst and the best of those compared, where nothing was seen of it: in the middle. */
const UNSEEN = 0.5;

/** How good an offer is by one metric, the more the better; undefined where nothing is known. */
export function measure(metric: RoutingMetric, { offer, health }: Seen): number | undefined {
  switch (metric) {
    case 'price':
      return -traitsOf(offer).compared;
    case 'throughput':
      return health?.tokensPerSecond?.p50;
    case 'latency':
      return health?.firstTokenMs === undefined ? undefined : -health.firstTokenMs.p50;
    case 'availability':
      return health?.availability;
    case 'quality':
      return qualityOf(health?.quality);
  }
}

/** The share of answers without any of the signs that were looked for. A refusal may be right, and is not one of them. */
function qualityOf(quality: ObservedQuality | undefined): number | undefined {
  const { schemaInvalid, toolCallInvalid, truncated, empty } = quality ?? {};
  const shares = [schemaInvalid, toolCallInvalid, truncated, empty].filter((share) => share !== undefined);
  return shares.length === 0 ? undefined : shares.reduce((left, share) => left * (1 - share), 1);
}

/**
 * Points for each, the more the better. By one metric those of which nothing is known come last; in a mixture each metric is
 * stretched to 0..1 between the worst and the best, so that its weight means the same whatever its unit.
 */
export function score(
  seen: readonly Seen[],
  { sort, weights }: Pick<RoutingPreferences, 'sort' | 'weights'>,
): readonly number[] | undefined {
  if (sort !== undefined) return seen.map((one) => measure(sort, one) ?? Number.NEGATIVE_INFINITY);
  if (weights === undefined) return undefined;
  const columns = (Object.entries(weights) as [RoutingMetric, number][])
    .filter(([, weight]) => weight > 0)
    .map(([metric, weight]) => ({ weight, shares: stretch(seen.map((one) => measure(metric, one))) }));
  const points = new Array<number>(seen.length).fill(0);
  // Column by column in plain loops: a thousand offers are scored within the time of one request's plan.
  for (const { weight, shares } of columns) {
    for (let index = 0; index < points.length; index += 1) {
      points[index] = (points[index] ?? 0) + weight * (shares[index] ?? 0);
    }
  }
  return points;
}

function stretch(values: readonly (number | undefined)[]): Float64Array {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value === undefined) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const shares = new Float64Array(values.length).fill(UNSEEN);
  if (most === least) return shares;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value !== undefined) shares[index] = (value - least) / (most - least);
  }
  return shares;
}

/** Whether an offer was seen to miss what is preferred; one of which nothing was seen does not. */
export function isSlow(
  health: OfferHealth | undefined,
  { preferredMaxLatencyMs, preferredMinThroughput }: RoutingPreferences,
): boolean {
  if (health === undefined) return false;
  return (
    exceeds(health.firstTokenMs, preferredMaxLatencyMs, 1) ||
    exceeds(health.tokensPerSecond, preferredMinThroughput, -1)
  );
}

function exceeds(seen: Percentiles | undefined, wanted: Partial<Percentiles> | undefined, sign: 1 | -1): boolean {
  if (seen === undefined || wanted === undefined) return false;
  return (Object.entries(wanted) as [keyof Percentiles, number][]).some(
    ([percentile, bound]) => (seen[percentile] - bound) * sign > 0,
  );
}
