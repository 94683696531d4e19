import type { ObservedQuality, OfferHealth, Percentiles } from '../../contracts/health.js';
import type { RoutingMetric, RoutingPreferences } from '../../contracts/routing.js';
import type { OfferRow } from './rows.js';

/** Where one lies between the worst and the best of those compared, where nothing was seen of it: in the middle. */
const UNSEEN = 0.5;

/** How good an offer is by each metric, the more the better; not a number where nothing is known. */
const MEASURES: {
  readonly [M in RoutingMetric]: (row: OfferRow, health: OfferHealth | undefined) => number;
} = {
  price: ({ traits }) => -traits.compared,
  throughput: (_, health) => health?.tokensPerSecond?.p50 ?? Number.NaN,
  latency: (_, health) => -(health?.firstTokenMs?.p50 ?? Number.NaN),
  availability: (_, health) => health?.availability ?? Number.NaN,
  quality: (_, health) => qualityOf(health?.quality) ?? Number.NaN,
};

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
  rows: readonly OfferRow[],
  healthOf: (row: OfferRow) => OfferHealth | undefined,
  { sort, weights }: Pick<RoutingPreferences, 'sort' | 'weights'>,
): Float64Array | undefined {
  if (sort === undefined && weights === undefined) return undefined;
  // The price of an offer does not depend on how it is.
  const seen = sort === 'price' ? [] : rows.map(healthOf);
  if (sort !== undefined) return unknownLast(measureAll(sort, rows, seen));
  const points = new Float64Array(rows.length);
  for (const [metric, weight] of Object.entries(weights ?? {}) as [RoutingMetric, number][]) {
    if (weight > 0) addStretched(points, measureAll(metric, rows, seen), weight);
  }
  return points;
}

/** A column of numbers and plain loops: a thousand offers are scored within the time of one request's plan. */
function measureAll(
  metric: RoutingMetric,
  rows: readonly OfferRow[],
  seen: readonly (OfferHealth | undefined)[],
): Float64Array {
  const measure = MEASURES[metric];
  const values = new Float64Array(rows.length);
  let index = 0;
  for (const row of rows) {
    values[index] = measure(row, seen[index]);
    index += 1;
  }
  return values;
}

function unknownLast(values: Float64Array): Float64Array {
  for (let index = 0; index < values.length; index += 1) {
    if (Number.isNaN(values[index])) values[index] = Number.NEGATIVE_INFINITY;
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
