import type { RequestRouting, RoutingArm, RoutingLevel, RoutingRules } from '../../contracts/routing.js';
import type { AppliedPolicy, RoutingSplit, RoutingSplitArm } from '../../contracts/routing-policies.js';
import { pickBySeed } from '../seed.js';

/** Models in all that a request may name, its policies' included. */
const MAX_MODELS = 8;

export interface Asked {
  /** As the caller named them. */
  readonly models: readonly string[];
  /** What the caller itself asks for. */
  readonly rules?: RoutingRules;
  readonly tellRoute?: boolean;
  /** The request's id: the same request always gets the same arm. */
  readonly seed: string;
}

/**
 * What a request's plan will go by, from the policies of this moment; undefined where nothing is asked for. The innermost
 * experiment that the request is part of counts: in two at once, neither would say anything.
 */
export function freezeRouting(policies: readonly AppliedPolicy[], asked: Asked): RequestRouting | undefined {
  const experiment = policies.findLast(({ definition }) => isPartOf(definition.split, asked.models));
  const arm = experiment?.definition.split && pickArm(experiment, asked.seed);
  const levels = [
    ...policies.flatMap((policy) => [
      ...toLevel(policy, policy.definition.rules),
      ...(policy === experiment ? toLevel(policy, arm?.rules) : []),
    ]),
    ...(asked.rules && Object.keys(asked.rules).length > 0 ? [{ scope: 'caller' as const, ...asked.rules }] : []),
  ];
  const models = expand(policies, arm?.models ?? asked.models);
  const isOther = models.length !== asked.models.length || models.some((name, index) => name !== asked.models[index]);
  const given: RoutingArm | undefined = experiment && arm && { policyId: experiment.policyId, name: arm.name };
  if (levels.length === 0 && !isOther && given === undefined && asked.tellRoute !== true) return undefined;
  return {
    levels,
    ...(isOther && { models }),
    ...(given && { arm: given }),
    ...(asked.tellRoute === true && { tellRoute: true }),
  };
}

function isPartOf(split: RoutingSplit | undefined, [first = '']: readonly string[]): boolean {
  return split !== undefined && (split.for === undefined || split.for.includes(first));
}

function pickArm({ policyId, definition }: AppliedPolicy, seed: string): RoutingSplitArm | undefined {
  // Each policy draws for itself, so that the arms of one do not go along with those of another.
  return pickBySeed(`${policyId} ${seed}`, definition.split?.arms ?? []);
}

function toLevel(
  { scope, policyId, version }: AppliedPolicy,
  rules: RoutingRules | undefined,
): readonly RoutingLevel[] {
  return rules === undefined ? [] : [{ scope, policyId, version, ...rules }];
}

/** A name of a policy becomes what it stands for, the project's meaning before the organisation's; once, so that no name turns in a circle. */
function expand(policies: readonly AppliedPolicy[], models: readonly string[]): readonly string[] {
  const meaningOf = (name: string): readonly string[] => {
    const policy = policies.findLast(({ definition }) => own(definition.models, name) !== undefined);
    return own(policy?.definition.models, name) ?? [name];
  };
  return [...new Set(models.flatMap(meaningOf))].slice(0, MAX_MODELS);
}

function own<T>(values: { readonly [name: string]: T | undefined } | undefined, name: string): T | undefined {
  return values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}
