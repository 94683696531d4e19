import { z } from 'zod';
import { embeddingsRequestSchema } from '../dialects/openai-embeddings/embeddings-request.schema.js';
import { audioOperations } from './audio-operations.js';
import { imagesOperations } from './images-operations.js';
import {
  costHeaders,
  idempotencyKey,
  inferenceErrors,
  jobAccepted,
  jobHeaders,
  routeHeaders,
} from './inference-parts.js';
import type { Operation } from './operation.js';
import { videoOperations } from './video-operations.js';
import { moderationOperations } from './moderation-operations.js';
import { rerankOperations } from './rerank-operations.js';

const embeddingList = z
  .looseObject({
    object: z.literal('list'),
    data: z.array(
      z.looseObject({
        object: z.literal('embedding'),
        index: z.int().min(0),
        embedding: z.union([z.array(z.number()), z.string()]).describe('Numbers, or base64 of 32-bit floats.'),
      }),
    ),
    model: z.string(),
    usage: z.looseObject({
      prompt_tokens: z.int().min(0),
      total_tokens: z.int().min(0),
      cost: z.number().min(0).describe('USD.'),
    }),
  })
  .meta({ id: 'EmbeddingList' });

const embeddings: Operation = {
  ...{ method: 'POST', path: '/v1/embeddings', id: 'create-embeddings', tag: 'Embeddings', key: 'inference' },
  summary: 'Make vectors of texts.',
  requestHeaders: [idempotencyKey, ...routeHeaders],
  body: embeddingsRequestSchema.meta({ id: 'EmbeddingsRequest' }),
  answers: [
    {
      status: 200,
      description: 'A vector for each input, in their order.',
      content: { 'application/json': embeddingList },
      headers: costHeaders,
    },
  ],
  errors: inferenceErrors,
  vendorFailures: true,
};

/** What may be asked for as a job, and is told so; a video is always one, and its POST answers it in its own words. */
function orAsJob(operation: Operation): Operation {
  return {
    ...operation,
    requestHeaders: [...(operation.requestHeaders ?? []), ...jobHeaders],
    answers: [...operation.answers, jobAccepted],
  };
}

/** Of every kind of request but conversations. */
export const mediaOperations: readonly Operation[] = [
  ...[embeddings, ...rerankOperations, ...moderationOperations, ...audioOperations, ...imagesOperations].map(orAsJob),
  ...videoOperations,
];
