import { z } from 'zod';
import type { RoutingMetric, RoutingRules } from '../../workflows/contracts/routing.js';
import { fromUsd } from '../usd.js';

// OpenRouter's `provider` object (ProviderPreferences of its OpenAPI description), and what the gateway knows besides. Callers
// and policies say the same in the same words.

const METRICS = ['price', 'throughput', 'latency', 'quality', 'availability'] as const;
const STEPS = ['credential', 'region', 'vendor', 'model'] as const;
const MAX_SLUGS = 64;

const slugs = z
  .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._/@:-]{0,99}$/))
  .max(MAX_SLUGS)
  .nullish();

/** Exact decimals of USD. A number is taken as it is written, since that is what clients of OpenRouter send as well. */
const usd = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine(
    (text) => /^\d{1,9}(?:\.\d{1,12})?$/.test(text),
    'expected a decimal number of USD, 0 or more, such as "2.5"',
  );

const maxPrice = z.strictObject({
  prompt: usd.nullish(),
  completion: usd.nullish(),
  request: usd.nullish(),
  image: usd.nullish(),
  audio: usd.nullish(),
});

/** `exacto` is OpenRouter's word for quality. */
const metric = z.enum([...METRICS, 'exacto']);
const sort = z.union([
  metric,
  z.strictObject({ by: metric.nullish(), partition: z.enum(['model', 'none']).nullish() }),
]);

const positive = z.number().positive().max(1_000_000);
/** A number is meant for the median. */
const byPercentile = z.union([
  positive,
  z.strictObject({
    p50: positive.nullish(),
    p75: positive.nullish(),
    p90: positive.nullish(),
    p99: positive.nullish(),
  }),
]);

const weight = z.int().min(0).max(100);

export const routingRulesSchema = z.strictObject({
  order: slugs,
  only: slugs,
  ignore: slugs,
  allow_fallbacks: z.boolean().nullish(),
  require_parameters: z.boolean().nullish(),
  data_collection: z.enum(['allow', 'deny']).nullish(),
  zdr: z.boolean().nullish(),
  enforce_distillable_text: z
    .boolean()
    .nullish()
    .refine((value) => value !== true, 'it is not known here whose texts may be distilled. Leave it out'),
  quantizations: z
    .array(z.enum(['int4', 'int8', 'fp4', 'mxfp4', 'nvfp4', 'fp6', 'fp8', 'mxfp8', 'fp16', 'bf16', 'fp32', 'unknown']))
    .nullish(),
  sort: sort.nullish(),
  max_price: maxPrice.nullish(),
  preferred_max_latency: byPercentile.nullish(),
  preferred_min_throughput: byPercentile.nullish(),
  // The gateway's own.
  regions: z
    .array(z.string().regex(/^[A-Za-z0-9*_-]{1,64}$/))
    .max(MAX_SLUGS)
    .nullish(),
  max_cost_usd: z
    .string()
    .regex(/^\d{1,9}(?:\.\d{1,9})?$/)
    .nullish(),
  exclude_deprecated: z.boolean().nullish(),
  weights: z
    .partialRecord(z.enum(METRICS), weight)
    .refine((weights) => Object.values(weights).some((value) => value > 0), 'expected at least one weight above 0')
    .nullish(),
  fallback: z.array(z.enum(STEPS)).max(STEPS.length).nullish(),
  total_ms: z.int().min(1).max(3_600_000).nullish(),
});

export type WireRoutingRules = z.output<typeof routingRulesSchema>;

/** In the language of the house; an empty list asks for nothing, as at OpenRouter. */
export function toRoutingRules(wire: WireRoutingRules): RoutingRules {
  return { ...toClauses(wire), ...toPreferences(wire), ...toFallback(wire) };
}

function toClauses(wire: WireRoutingRules): RoutingRules {
  const dataPolicy = wire.zdr === true ? 'zero_retention' : wire.data_collection === 'deny' ? 'not_trained_on' : null;
  const { only, ignore, regions, quantizations, max_price: most, max_cost_usd: maxCost } = wire;
  return {
    ...(isFilled(only) && { only }),
    ...(isFilled(ignore) && { ignore }),
    ...(isFilled(regions) && { regions }),
    ...(isFilled(quantizations) && { quantizations }),
    ...(dataPolicy && { dataPolicy }),
    ...(most != null && { maxPrice: withoutNull(most) }),
    ...(maxCost != null && { maxCostNanoUsd: fromUsd(maxCost) }),
    ...(wire.require_parameters === true && { requireParameters: true }),
    ...(wire.exclude_deprecated === true && { excludeDeprecated: true }),
    ...(wire.allow_fallbacks === false && { allowFallbacks: false }),
  };
}

function toPreferences(wire: WireRoutingRules): RoutingRules {
  const { order, sort: asked, weights, preferred_max_latency: latency, preferred_min_throughput: throughput } = wire;
  const { by, partition } = typeof asked === 'string' ? { by: asked, partition: null } : (asked ?? {});
  return {
    ...(isFilled(order) && { order }),
    ...(by != null && { sort: toMetric(by) }),
    ...(partition != null && { partition }),
    ...(weights != null && { weights }),
    ...(latency != null && { preferredMaxLatencyMs: toPercentiles(latency, 1_000) }),
    ...(throughput != null && { preferredMinThroughput: toPercentiles(throughput, 1) }),
  };
}

function toFallback({ fallback, total_ms: totalMs }: WireRoutingRules): RoutingRules {
  return { ...(fallback != null && { fallback }), ...(totalMs != null && { totalMs }) };
}

function toMetric(name: z.output<typeof metric>): RoutingMetric {
  return name === 'exacto' ? 'quality' : name;
}

function toPercentiles(value: z.output<typeof byPercentile>, factor: number) {
  const given = typeof value === 'number' ? { p50: value } : withoutNull(value);
  return Object.fromEntries(Object.entries(given).map(([name, bound]) => [name, bound * factor]));
}

function isFilled<T>(list: readonly T[] | null | undefined): list is readonly T[] {
  return list != null && list.length > 0;
}

function withoutNull<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
