import { z } from 'zod';
import { moderationsRequestSchema } from '../dialects/openai-moderations/moderations-request.schema.js';
import { costHeaders, idempotencyKey, inferenceErrors, routeHeaders } from './inference-parts.js';
import type { Operation } from './operation.js';

const moderation = z
  .looseObject({
    id: z.string(),
    model: z.string(),
    results: z.array(
      z.looseObject({
        flagged: z.boolean(),
        categories: z.record(z.string(), z.boolean()),
        category_scores: z.record(z.string(), z.number()),
        category_applied_input_types: z.record(z.string(), z.array(z.string())).optional(),
      }),
    ),
    usage: z.looseObject({ cost: z.number().min(0).describe('USD.') }),
  })
  .meta({ id: 'Moderation' });

export const moderationOperations: readonly Operation[] = [
  {
    ...{ method: 'POST', path: '/v1/moderations', id: 'create-moderation', tag: 'Moderations', key: 'inference' },
    summary: 'Judge texts and pictures by categories of harm.',
    requestHeaders: [idempotencyKey, ...routeHeaders],
    body: moderationsRequestSchema.meta({ id: 'ModerationRequest' }),
    answers: [
      {
        status: 200,
        description: 'A judgement for each text, or for all parts together.',
        content: { 'application/json': moderation },
        headers: costHeaders,
      },
    ],
    errors: inferenceErrors,
    vendorFailures: true,
  },
];
