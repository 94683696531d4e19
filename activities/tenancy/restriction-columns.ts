import type { EndpointScope, Restrictions } from '../../workflows/contracts/access.js';
import type { JsonObject } from '../../workflows/contracts/json.js';

/** What a level of tenancy allows, as its table has it; null allows everything. */
export interface RestrictionColumns {
  readonly allowed_models: readonly string[] | null;
  readonly denied_models: readonly string[] | null;
  readonly allowed_endpoints: readonly EndpointScope[] | null;
}

export const restrictionColumns = 'allowed_models, denied_models, allowed_endpoints';

export function toRestrictions(row: RestrictionColumns): Restrictions {
  return {
    ...(row.allowed_models && { allowedModels: row.allowed_models }),
    ...(row.denied_models && { deniedModels: row.denied_models }),
    ...(row.allowed_endpoints && { allowedEndpoints: row.allowed_endpoints }),
  };
}

/** Values for the columns, in their order. */
export function restrictionValues({ allowedModels, deniedModels, allowedEndpoints }: Restrictions) {
  return [allowedModels ?? null, deniedModels ?? null, allowedEndpoints ?? null] as const;
}

/** For the audit log, in the words of the wire. */
export function describeRestrictions(restrictions: Restrictions): JsonObject {
  const [allowedModels, deniedModels, allowedEndpoints] = restrictionValues(restrictions);
  return { allowed_models: allowedModels, denied_models: deniedModels, allowed_endpoints: allowedEndpoints };
}
