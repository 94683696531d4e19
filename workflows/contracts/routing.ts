import type { Percentiles } from './health.js';
import type { NanoUsd, UsdDecimal } from './money.js';
import type { DataPolicy } from './offers.js';

/** By what offers can be compared. Of all but the price only what was seen lately is known, and of many offers nothing. */
export type RoutingMetric = 'price' | 'throughput' | 'latency' | 'quality' | 'availability';

/** What may stand in for a candidate that failed, from the nearest to the farthest. */
export type FallbackStep = 'credential' | 'region' | 'vendor' | 'model';

/** The most that list prices may be: USD for a million tokens of text, for one request, one image, a million tokens of audio. */
export interface MaxPrice {
  readonly prompt?: UsdDecimal;
  readonly completion?: UsdDecimal;
  readonly request?: UsdDecimal;
  readonly image?: UsdDecimal;
  readonly audio?: UsdDecimal;
}

/** Clauses that every candidate meets. Those of several levels all hold: a level can only take away. */
export interface RoutingClauses {
  /** Slugs: a vendor, or `vendor/region`. */
  readonly only?: readonly string[];
  readonly ignore?: readonly string[];
  /** An offer without a region is everywhere, and so in none that is named. `*` stands for any run of characters. */
  readonly regions?: readonly string[];
  /** At least this; an offer whose policy is unknown does not meet it. */
  readonly dataPolicy?: Exclude<DataPolicy, 'unknown'>;
  readonly maxPrice?: MaxPrice;
  /** The most that the whole request can cost in the worst case, in nano USD. */
  readonly maxCostNanoUsd?: NanoUsd;
  /** An offer that does not say is `unknown`. */
  readonly quantizations?: readonly string[];
  /** All that the call needs (tools, media, a schema, reasoning) must be among the offer's capabilities. */
  readonly requireParameters?: true;
  /** Leaves out what its vendor has announced the end of. */
  readonly excludeDeprecated?: true;
  /** False leaves one offer a model, or those that `order` names. */
  readonly allowFallbacks?: false;
}

/** Wishes about the order. Of several levels the last that states one of these counts. */
export interface RoutingPreferences {
  /** Slugs; what is not named comes behind. */
  readonly order?: readonly string[];
  readonly sort?: RoutingMetric;
  /** How much each metric counts, in whole numbers; a mixture instead of a single one. */
  readonly weights?: { readonly [M in RoutingMetric]?: number };
  /** `none` puts the offers of all models into one order; else a fallback model stays behind the one before it. */
  readonly partition?: 'model' | 'none';
  /** Milliseconds to the first token; an offer that is seen to be slower goes behind. */
  readonly preferredMaxLatencyMs?: Partial<Percentiles>;
  /** Tokens a second; as above. */
  readonly preferredMinThroughput?: Partial<Percentiles>;
}

/** What may be tried where a candidate failed. */
export interface RoutingFallback {
  /** Allowed steps in the order that they are tried in; absent for all, in the plan's order. */
  readonly fallback?: readonly FallbackStep[];
  /** Milliseconds that all attempts and waits together may take. */
  readonly totalMs?: number;
}

export interface RoutingRules extends RoutingClauses, RoutingPreferences, RoutingFallback {}

/** The rules of one level, and whose they are. */
export interface RoutingLevel extends RoutingRules {
  readonly scope: 'organization' | 'project' | 'caller';
  readonly policyId?: string;
  readonly version?: number;
}

/** The arm of an experiment that a request was given. */
export interface RoutingArm {
  readonly policyId: string;
  readonly name: string;
}

/** All that a request's plan goes by besides the call, frozen when it was accepted. Never content. */
export interface RequestRouting {
  /** From the organisation's to the caller's. */
  readonly levels: readonly RoutingLevel[];
  /** What is planned instead of the names that the caller gave, where a policy says so. */
  readonly models?: readonly string[];
  readonly arm?: RoutingArm;
  /** The caller wants to be told how its request was routed. */
  readonly tellRoute?: true;
}

/** Why an offer is not a candidate. */
export type DropReason =
  | 'vendor_not_listed'
  | 'vendor_ignored'
  | 'region'
  | 'data_policy'
  | 'price'
  | 'cost'
  | 'quantization'
  | 'parameters'
  | 'deprecated'
  | 'no_fallbacks'
  | 'not_free'
  | 'not_thinking'
  | 'capabilities'
  | 'dialect'
  | 'context_length'
  | 'output_cap'
  | 'unbounded'
  | 'surplus';

export interface DroppedOffer {
  readonly offerId: string;
  readonly reason: DropReason;
  /** The clause that says so, as its author knows it: `provider.only`, or `rp_1 v2: max_price`; absent where none does. */
  readonly clause?: string;
}

/** Why a candidate has its place. */
export type KeptReason = 'named' | 'listed_order' | 'balanced' | 'weighted' | `sorted_by_${RoutingMetric}`;

export interface KeptOffer {
  readonly offerId: string;
  readonly reason: KeptReason;
  /** It goes behind others: it is seen to be down or slow, or its vendor has ended it. */
  readonly behind?: 'down' | 'slow' | 'ended';
  /** The most that the call can cost there, and what it will about come to. */
  readonly mostNanoUsd: NanoUsd;
  readonly estimateNanoUsd: NanoUsd;
}

/** How a plan came about. Bounded: what was dropped beyond the first few is only counted. */
export interface PlanReport {
  readonly considered: number;
  readonly kept: readonly KeptOffer[];
  readonly dropped: readonly DroppedOffer[];
  /** How many were dropped in all, by clause or, where none says so, by reason. */
  readonly droppedBy: { readonly [why: string]: number };
  readonly arm?: RoutingArm;
  /** The policies that were applied, `id v1`, from the organisation's to the project's. */
  readonly policies?: readonly string[];
}

/** What a workflow is told of its plan: enough to read in Temporal's UI, and to know what may be tried next. */
export interface RouteSummary extends RoutingFallback {
  readonly considered: number;
  readonly droppedBy?: PlanReport['droppedBy'];
  readonly arm?: RoutingArm;
  readonly policies?: readonly string[];
}
