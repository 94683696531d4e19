import { z } from 'zod';
import type { EndpointScope, Restrictions } from '../../workflows/contracts/access.js';
import type { RestrictionsChange } from '../../workflows/contracts/tenancy.js';
import { ENDPOINT_SCOPES } from '../../workflows/domain/restrictions.js';

const ENTRIES_MAX = 200;

/** Ids of offers, in which `*` stands for any run of characters. */
export const modelPatternsSchema = z
  .array(z.string().regex(/^[!-~]{1,200}$/))
  .min(1)
  .max(ENTRIES_MAX);
const endpointsSchema = z.array(z.enum(ENDPOINT_SCOPES)).min(1).max(ENTRIES_MAX);

/** What a level of tenancy allows, as it is shown; null allows everything. */
export const restrictionFields = {
  allowed_models: modelPatternsSchema.nullable(),
  denied_models: modelPatternsSchema.nullable(),
  allowed_endpoints: endpointsSchema.nullable(),
};

/** As it is asked for: an absent field stays as it is, and null takes the restriction away. */
export const restrictionChangeFields = {
  allowed_models: modelPatternsSchema.nullish(),
  denied_models: modelPatternsSchema.nullish(),
  allowed_endpoints: endpointsSchema.nullish(),
};

interface AskedRestrictions {
  readonly allowed_models?: readonly string[] | null | undefined;
  readonly denied_models?: readonly string[] | null | undefined;
  readonly allowed_endpoints?: readonly EndpointScope[] | null | undefined;
}

export function toRestrictionsChange(asked: AskedRestrictions): RestrictionsChange {
  return {
    ...(asked.allowed_models !== undefined && { allowedModels: asked.allowed_models }),
    ...(asked.denied_models !== undefined && { deniedModels: asked.denied_models }),
    ...(asked.allowed_endpoints !== undefined && { allowedEndpoints: asked.allowed_endpoints }),
  };
}

export function renderRestrictions({ allowedModels, deniedModels, allowedEndpoints }: Restrictions) {
  return {
    allowed_models: allowedModels ? [...allowedModels] : null,
    denied_models: deniedModels ? [...deniedModels] : null,
    allowed_endpoints: allowedEndpoints ? [...allowedEndpoints] : null,
  };
}
