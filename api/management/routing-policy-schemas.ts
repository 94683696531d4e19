import { z } from 'zod';
import type { RoutingRules } from '../../workflows/contracts/routing.js';
import type { RoutingPolicyDefinition, RoutingSplit } from '../../workflows/contracts/routing-policies.js';
import { routingRulesSchema, toRoutingRules } from '../requests/routing-rules.schema.js';
import { toUsd } from '../usd.js';
import { modelIdSchema, nameSchema } from './schemas.js';

// What a routing policy says, in the words of callers' `provider` objects.

const MAX_MODELS = 8;
const MAX_NAMES = 100;
const MAX_ARMS = 16;

const modelList = z.array(modelIdSchema).min(1).max(MAX_MODELS);

const armSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_.-]{1,32}$/),
  weight: z.int().min(0).max(1_000_000),
  models: modelList.nullish(),
  rules: routingRulesSchema.nullish(),
});

const splitSchema = z.strictObject({
  /** Names of which a request's first must be one; absent for every request. */
  for: z.array(modelIdSchema).min(1).max(MAX_NAMES).nullish(),
  arms: z
    .array(armSchema)
    .min(1)
    .max(MAX_ARMS)
    .refine((arms) => arms.some(({ weight }) => weight > 0), 'expected at least one weight above 0')
    .refine(
      (arms) => new Set(arms.map(({ name }) => name)).size === arms.length,
      'expected a name of its own for each arm',
    ),
});

export const definitionSchema = z
  .strictObject({
    rules: routingRulesSchema.nullish(),
    models: z
      .record(modelIdSchema, modelList)
      .refine((models) => Object.keys(models).length <= MAX_NAMES, `expected at most ${MAX_NAMES} names`)
      .nullish(),
    split: splitSchema.nullish(),
  })
  .meta({ id: 'RoutingPolicyDefinition' });

type WireDefinition = z.output<typeof definitionSchema>;

/** As it is shown: every field that was given, and no other. */
export const shownDefinitionSchema = z.looseObject({
  rules: z.looseObject({}).nullable(),
  models: z.record(z.string(), z.array(z.string())).nullable(),
  split: z.looseObject({}).nullable(),
});

export const policyNameSchema = nameSchema;

export function toDefinition({ rules, models, split }: WireDefinition): RoutingPolicyDefinition {
  return {
    ...(rules != null && { rules: toRoutingRules(rules) }),
    ...(models != null && { models }),
    ...(split != null && { split: toSplit(split) }),
  };
}

function toSplit({ for: names, arms }: z.output<typeof splitSchema>): RoutingSplit {
  return {
    ...(names != null && { for: names }),
    arms: arms.map(({ name, weight, models, rules }) => ({
      name,
      weight,
      ...(models != null && { models }),
      ...(rules != null && { rules: toRoutingRules(rules) }),
    })),
  };
}

export function renderDefinition({ rules, models, split }: RoutingPolicyDefinition) {
  return {
    rules: rules ? renderRules(rules) : null,
    models: models ? Object.fromEntries(Object.entries(models).map(([name, list = []]) => [name, [...list]])) : null,
    split: split
      ? {
          for: split.for ?? null,
          arms: split.arms.map((arm) => ({
            name: arm.name,
            weight: arm.weight,
            models: arm.models ?? null,
            rules: arm.rules ? renderRules(arm.rules) : null,
          })),
        }
      : null,
  };
}

/** The same words as it was written in; a schema that reads them gets the same rules. */
export function renderRules(rules: RoutingRules) {
  const { order, only, ignore, regions, quantizations, sort, partition, weights, fallback } = rules;
  return withoutUndefined({
    order,
    only,
    ignore,
    regions,
    quantizations,
    weights,
    fallback,
    sort: partition === undefined ? sort : { by: sort ?? null, partition },
    zdr: rules.dataPolicy === 'zero_retention' ? true : undefined,
    data_collection: rules.dataPolicy === 'not_trained_on' ? 'deny' : undefined,
    max_price: rules.maxPrice,
    max_cost_usd: rules.maxCostNanoUsd === undefined ? undefined : toUsd(rules.maxCostNanoUsd),
    require_parameters: rules.requireParameters,
    exclude_deprecated: rules.excludeDeprecated,
    allow_fallbacks: rules.allowFallbacks,
    preferred_max_latency: rules.preferredMaxLatencyMs && scaled(rules.preferredMaxLatencyMs, 1_000),
    preferred_min_throughput: rules.preferredMinThroughput,
    total_ms: rules.totalMs,
  });
}

function scaled(bounds: { readonly [percentile: string]: number }, divisor: number) {
  return Object.fromEntries(Object.entries(bounds).map(([percentile, bound]) => [percentile, bound / divisor]));
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
