import { z } from 'zod';
import type { ProjectRateLimit } from '../../workflows/contracts/rate-limits.js';
import { endpoint } from './endpoint.js';
import { limitAmountSchema } from './limits.js';
import { renderList } from './render-list.js';
import { idSchema, listSchema, pageQuerySchema } from './schemas.js';

const amountSchema = limitAmountSchema.nullable();

/** OpenAI's object; null where there is no such limit, and `*` where all models count together. */
const rateLimitSchema = z.object({
  id: idSchema,
  object: z.literal('project.rate_limit'),
  model: z.string(),
  max_requests_per_1_minute: amountSchema,
  max_tokens_per_1_minute: amountSchema,
  max_images_per_1_minute: amountSchema,
  max_requests_per_1_day: amountSchema,
});

/** A field of OpenAI's that limits what is not counted here: refused, so that nobody relies on it. */
const uncounted = (message: string) => z.custom<undefined>((value) => value === undefined, { message }).optional();

const changesSchema = z.strictObject({
  max_requests_per_1_minute: amountSchema.optional(),
  max_tokens_per_1_minute: amountSchema.optional(),
  max_images_per_1_minute: amountSchema.optional(),
  max_requests_per_1_day: amountSchema.optional(),
  max_audio_megabytes_per_1_minute: uncounted(
    "audio is limited by its seconds: create a limit of 'audio_seconds' at /v1/organization/limits",
  ),
  batch_1_day_max_input_tokens: uncounted(
    "batches have no limit of their own: create a limit of 'tokens' a day at /v1/organization/limits",
  ),
});

const about = { tag: 'Rate limits', path: '/v1/organization/projects/{project_id}/rate_limits' } as const;

export const projectRateLimitEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-project-rate-limits', summary: 'List the rate limits of a project, model by model.' },
    permission: 'limits.read',
    params: z.object({ project_id: idSchema }),
    query: pageQuerySchema,
    response: listSchema(rateLimitSchema),
    errors: ['project_not_found'],
    handle: async ({ rateLimitRules }, { by, params, query }) =>
      renderList(await rateLimitRules.listForProject(by.organizationId, params.project_id, query), render),
  }),
  endpoint({
    ...about,
    path: `${about.path}/{rate_limit_id}`,
    ...{
      method: 'POST',
      id: 'update-project-rate-limits',
      summary: 'Set limits of a project for one model; a field that is null takes its limit away.',
    },
    permission: 'limits.write',
    params: z.object({ project_id: idSchema, rate_limit_id: idSchema }),
    body: changesSchema,
    response: rateLimitSchema,
    errors: ['project_not_found', 'limit_not_found'],
    handle: async ({ rateLimitRules }, { by, params, body }) => {
      const { project_id: projectId, rate_limit_id: id } = params;
      return render(await rateLimitRules.updateForProject(by, projectId, id, toAmounts(body)));
    },
  }),
];

/** Fields that were left out stay as they are. */
function toAmounts(changes: z.output<typeof changesSchema>) {
  const {
    max_requests_per_1_minute: requestsPerMinute,
    max_tokens_per_1_minute: tokensPerMinute,
    max_images_per_1_minute: imagesPerMinute,
    max_requests_per_1_day: requestsPerDay,
  } = changes;
  return {
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(tokensPerMinute !== undefined && { tokensPerMinute }),
    ...(imagesPerMinute !== undefined && { imagesPerMinute }),
    ...(requestsPerDay !== undefined && { requestsPerDay }),
  };
}

function render({ id, model, amounts }: ProjectRateLimit) {
  return {
    id,
    object: 'project.rate_limit' as const,
    model: model ?? '*',
    max_requests_per_1_minute: amounts.requestsPerMinute ?? null,
    max_tokens_per_1_minute: amounts.tokensPerMinute ?? null,
    max_images_per_1_minute: amounts.imagesPerMinute ?? null,
    max_requests_per_1_day: amounts.requestsPerDay ?? null,
  };
}
