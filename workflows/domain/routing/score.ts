import type { ObservedQuality, OfferHealth, Percentiles } from '../../contracts/health.js';
import type { Offer } from '../../contracts/offers.js';
import type { RoutingMetric, RoutingPreferences } from '../../contracts/routing.js';
import { traitsOf } from './traits.js';

/** Where one lies between the worst and the best of those compared, where nothing was seen of it: in the middle. */
const UNSEEN = 0.5;

/** How good an offer is by one metric, the more the better; undefined where nothing is known. */
function measure(metric: RoutingMetric, offer: Offer, health: OfferHealth | undefined): number | undefined {
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
 * Points for each, the more the better; undefined where nothing is wished. By one metric those of which nothing is known come
 * last; in a mixture each metric is stretched to 0..1 between the worst and the best, so that its weight means the same
 * whatever its unit.
 */
export function score(
  offers: readonly Offer[],
  healthOf: (offer: Offer) => OfferHealth | undefined,
  { sort, weights }: Pick<RoutingPreferences, 'sort' | 'weights'>,
): Float64Array | undefined {
  if (sort === undefined && weights === undefined) return undefined;
  // The price of an offer does not depend on how it is.
  const seen = sort === 'price' ? [] : offers.map(healthOf);
  if (sort !== undefined) return measureAll(sort, offers, seen, Number.NEGATIVE_INFINITY);
  const points = new Float64Array(offers.length);
  for (const [metric, weight] of Object.entries(weights ?? {}) as [RoutingMetric, number][]) {
    if (weight > 0) addStretched(points, measureAll(metric, offers, seen, Number.NaN), weight);
  }
  return points;
}

/** A column of numbers and plain loops: a thousand offers are scored within the time of one request's plan. */
function measureAll(
  metric: RoutingMetric,
  offers: readonly Offer[],
  seen: readonly (OfferHealth | undefined)[],
  unknown: number,
): Float64Array {
  const values = new Float64Array(offers.length);
  let index = 0;
  for (const offer of offers) {
    values[index] = measure(metric, offer, seen[index]) ?? unknown;
    index += 1;
  }
  return values;
}

function addStretched(points: Float64Array, values: Float64Array, weight: number): void {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    // No comparison holds for what is unknown, which is NaN.
    if (value < least) least = value;
    if (value > most) most = value;
  }
  for (let index = 0; index < points.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    const isUnknown = Number.isNaN(value) || most === least;
    points[index] = (points[index] ?? 0) + weight * (isUnknown ? UNSEEN : (value - least) / (most - least));
  }
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
