import type { Catalogue } from '../../workflows/contracts/ports.js';
import type { RoutingPolicyDefinition } from '../../workflows/contracts/routing-policies.js';
import { checkModels, type NamedModel } from '../requests/check-models.js';
import { checkRoutingRules } from '../requests/check-routing-rules.js';

/**
 * Refuses a policy that no request could go by: unknown vendors and models, and rules that exclude each other.
 * @throws RefusalError `invalid_request`, `model_not_found`, with the field.
 */
export function checkDefinition(
  { rules, models, split }: RoutingPolicyDefinition,
  catalogue: Pick<Catalogue, 'offers' | 'media'>,
): void {
  const { offers } = catalogue;
  const path = 'definition';
  if (rules) checkRoutingRules(rules, `${path}.rules`, catalogue);
  const arms = (split?.arms ?? []).map((arm, index) => ({ ...arm, path: `${path}.split.arms[${index}]` }));
  for (const arm of arms) if (arm.rules) checkRoutingRules(arm.rules, `${arm.path}.rules`, catalogue);
  checkModels(
    Object.entries(models ?? {}).flatMap(([name, list = []]) => named(list, `${path}.models.${name}`)),
    offers,
    {},
  );
  // An arm may name what the policy itself gives a meaning.
  const isOwn = ({ name }: NamedModel): boolean => models !== undefined && Object.hasOwn(models, name);
  const ofArms = arms.flatMap((arm) => named(arm.models ?? [], `${arm.path}.models`));
  checkModels(
    ofArms.filter((model) => !isOwn(model)),
    offers,
    {},
  );
}

function named(models: readonly string[], path: string): readonly NamedModel[] {
  return models.map((name, index) => ({ name, param: `${path}[${index}]` }));
}
