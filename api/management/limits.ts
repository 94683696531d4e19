import { z } from 'zod';
import type { NewRateLimit, RateLimit } from '../../workflows/contracts/rate-limits.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import { deletedSchema, idSchema, listSchema, pageQuerySchema, timestampSchema } from './schemas.js';

/** Whole numbers; more than the largest is no limit any more. */
export const limitAmountSchema = z.int().min(1).max(1_000_000_000_000);

const scopeSchema = z.strictObject({ type: z.enum(['organization', 'project', 'key']), id: idSchema });
const unitSchema = z.enum(['requests', 'tokens', 'concurrent_requests', 'images', 'audio_seconds']);
const periodSchema = z.enum(['minute', 'day']);
/** An offer id in which `*` stands for any run of characters. */
const modelSchema = z.string().regex(/^[A-Za-z0-9_.:/@*-]{1,128}$/);

const limitSchema = z.object({
  id: idSchema,
  object: z.literal('organization.limit'),
  scope: scopeSchema,
  model: modelSchema.nullable(),
  unit: unitSchema,
  period: periodSchema.nullable(),
  amount: limitAmountSchema,
  created_at: timestampSchema,
});

const newLimitSchema = z
  .strictObject({
    scope: scopeSchema,
    model: modelSchema.nullish(),
    unit: unitSchema,
    period: periodSchema.nullish(),
    amount: limitAmountSchema,
  })
  .superRefine(({ unit, period }, context) => {
    if ((unit === 'concurrent_requests') === (period == null)) return;
    const message =
      period == null
        ? `${unit} are limited in a period: send 'minute' or 'day'`
        : 'concurrent_requests are limited at every moment: leave the period out';
    context.addIssue({ code: 'custom', path: ['period'], message });
  });

const querySchema = pageQuerySchema.extend({
  scope_type: scopeSchema.shape.type.optional(),
  scope_id: idSchema.optional(),
  model: modelSchema.optional(),
  unit: unitSchema.optional(),
});

const about = { tag: 'Rate limits', path: '/v1/organization/limits' } as const;
const aboutOne = { ...about, path: `${about.path}/{limit_id}` } as const;
const limitParams = z.object({ limit_id: idSchema });

export const limitEndpoints = [
  endpoint({
    ...about,
    ...{
      method: 'GET',
      id: 'list-limits',
      summary: 'List the rate limits of the organisation, its projects and keys.',
    },
    permission: 'limits.read',
    query: querySchema,
    response: listSchema(limitSchema),
    handle: async ({ rateLimitRules }, { by, query }) => {
      const { scope_type: scopeType, scope_id: scopeId, ...rest } = query;
      const found = await rateLimitRules.list(by.organizationId, { ...rest, scopeType, scopeId });
      return renderList(found, renderLimit);
    },
  }),
  endpoint({
    ...about,
    ...{ method: 'POST', id: 'create-limit', summary: 'Create a rate limit, effective everywhere within a second.' },
    permission: 'limits.write',
    body: newLimitSchema,
    response: limitSchema,
    errors: ['limit_exists', 'project_not_found', 'key_not_found', 'not_found'],
    handle: async ({ rateLimitRules }, { by, body }) => renderLimit(await rateLimitRules.create(by, toLimit(body))),
  }),
  endpoint({
    ...aboutOne,
    ...{ method: 'GET', id: 'retrieve-limit', summary: 'Retrieve a rate limit.' },
    permission: 'limits.read',
    params: limitParams,
    response: limitSchema,
    errors: ['limit_not_found'],
    handle: async ({ rateLimitRules }, { by, params }) =>
      renderLimit(await rateLimitRules.get(by.organizationId, params.limit_id)),
  }),
  endpoint({
    ...aboutOne,
    ...{
      method: 'POST',
      id: 'modify-limit',
      summary: 'Change the amount of a rate limit; what is used of it stays used.',
    },
    permission: 'limits.write',
    params: limitParams,
    body: z.strictObject({ amount: limitAmountSchema }),
    response: limitSchema,
    errors: ['limit_not_found'],
    handle: async ({ rateLimitRules }, { by, params, body }) =>
      renderLimit(await rateLimitRules.modify(by, params.limit_id, body.amount)),
  }),
  endpoint({
    ...aboutOne,
    ...{ method: 'DELETE', id: 'delete-limit', summary: 'Delete a rate limit.' },
    permission: 'limits.write',
    params: limitParams,
    response: deletedSchema('organization.limit.deleted'),
    errors: ['limit_not_found'],
    handle: async ({ rateLimitRules }, { by, params }) => {
      await rateLimitRules.remove(by, params.limit_id);
      return { object: 'organization.limit.deleted' as const, id: params.limit_id, deleted: true as const };
    },
  }),
];

function toLimit({ scope, model, unit, period, amount }: z.output<typeof newLimitSchema>): NewRateLimit {
  return { scope, unit, amount, ...(model != null && { model }), ...(period != null && { period }) };
}

function renderLimit({ id, scope, model, unit, period, amount, createdAt }: RateLimit) {
  return {
    id,
    object: 'organization.limit' as const,
    scope: { type: scope.type, id: scope.id },
    model: model ?? null,
    unit,
    period: period ?? null,
    amount,
    created_at: toSeconds(createdAt),
  };
}
