import { z } from 'zod';
import { rerankRequestSchema } from '../dialects/rerank/rerank-request.schema.js';
import { costHeaders, idempotencyKey, inferenceErrors, routeHeaders } from './inference-parts.js';
import type { Operation } from './operation.js';

const ranking = z
  .looseObject({
    id: z.string(),
    object: z.literal('list'),
    model: z.string(),
    provider: z.string().describe('The vendor that ranked.'),
    results: z
      .array(
        z.looseObject({
          index: z.int().min(0).describe('The place of the document in the request.'),
          relevance_score: z.number(),
          document: z.looseObject({ text: z.string().optional(), image: z.string().optional() }).optional(),
        }),
      )
      .describe('Best first.'),
    meta: z.looseObject({
      billed_units: z.looseObject({
        search_units: z.int().min(0).optional(),
        input_tokens: z.int().min(0).optional(),
      }),
    }),
    usage: z.looseObject({
      search_units: z.int().min(0).optional(),
      prompt_tokens: z.int().min(0).optional(),
      total_tokens: z.int().min(0).optional(),
      cost: z.number().min(0).describe('USD.'),
    }),
  })
  .meta({ id: 'Ranking' });

const body = rerankRequestSchema.meta({ id: 'RerankRequest' });

function operation(path: '/v1/rerank' | '/v2/rerank', id: string, summary: string): Operation {
  return {
    ...{ method: 'POST', path, id, tag: 'Rerank', key: 'inference', summary, body },
    requestHeaders: [idempotencyKey, ...routeHeaders],
    answers: [
      {
        status: 200,
        description: 'The documents by their places, best first.',
        content: { 'application/json': ranking },
        headers: costHeaders,
      },
    ],
    errors: inferenceErrors,
    vendorFailures: true,
  };
}

export const rerankOperations: readonly Operation[] = [
  operation('/v1/rerank', 'create-ranking', 'Rank documents by how well they answer a query.'),
  operation('/v2/rerank', 'create-ranking-cohere', 'The same for the clients of Cohere, with errors as Cohere tells them.'),
];
