import { z } from 'zod';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import { messageBatchPageSchema, messageBatchSchema } from '../dialects/anthropic-messages/message-batch.schema.js';
import { batchPageSchema, batchRequestSchema } from '../dialects/openai-batches/batch.schema.js';
import {
  batchListSchema,
  batchSchema,
  deletedMessageBatchSchema,
  messageBatchAnswerSchema,
  messageBatchPageAnswerSchema,
  messageBatchResultSchema,
} from './batch-schemas.js';
import { idempotencyKey } from './inference-parts.js';
import { keyErrors } from './key-errors.js';
import type { DescribedAnswer, Operation } from './operation.js';

const about = { tag: 'Batches', key: 'inference' } as const;
const params = z.object({ id: z.string().describe("The batch's `id`.") });
const bodyErrors: readonly GatewayErrorCode[] = ['invalid_json', 'body_too_large', 'unsupported_media_type'];
const createErrors: readonly GatewayErrorCode[] = [
  ...keyErrors,
  ...bodyErrors,
  ...(['invalid_request', 'job_not_kept', 'invalid_idempotency_key', 'idempotency_key_reused'] as const),
];
const batchErrors: readonly GatewayErrorCode[] = [...keyErrors, 'batch_not_found'];

const json = (description: string, schema: z.ZodType): readonly DescribedAnswer[] => [
  { status: 200, description, content: { 'application/json': schema } },
];

const openai: readonly Operation[] = [
  {
    ...{ ...about, method: 'POST', path: '/v1/batches', id: 'create-batch' },
    summary: 'Run each line of a file as a job.',
    description:
      'Each line is `{"custom_id": …, "method": "POST", "url": …, "body": {…}}`, of a file that was uploaded for `batch`. `completion_window` is any time from `1s` to `168h`.',
    requestHeaders: [idempotencyKey],
    body: batchRequestSchema.meta({ id: 'BatchRequest' }),
    answers: json('The batch.', batchSchema),
    errors: [...createErrors, 'file_not_found'],
  },
  {
    ...{ ...about, method: 'GET', path: '/v1/batches', id: 'list-batches' },
    summary: "The project's batches, newest first.",
    query: batchPageSchema,
    answers: json('A page of batches.', batchListSchema),
    errors: [...keyErrors, 'invalid_request'],
  },
  {
    ...{ ...about, method: 'GET', path: '/v1/batches/{id}', id: 'retrieve-batch', params },
    summary: 'How a batch stands, and what it cost.',
    answers: json('The batch.', batchSchema),
    errors: batchErrors,
  },
  {
    ...{ ...about, method: 'POST', path: '/v1/batches/{id}/cancel', id: 'cancel-batch', params },
    summary: 'End a batch: what is done by then is in its results. Of one that has ended, what it came to.',
    answers: json('The batch as it is now.', batchSchema),
    errors: [...batchErrors, ...bodyErrors],
  },
];

const messages = '/v1/messages/batches';
const anthropic: readonly Operation[] = [
  {
    ...{ ...about, method: 'POST', path: messages, id: 'create-message-batch' },
    summary: 'Run many requests for messages as jobs, in the form of Anthropic.',
    description: 'The whole body may be as large as that of any request. `params` are checked when they are run.',
    requestHeaders: [
      idempotencyKey,
      { name: 'anthropic-beta', description: 'Beta features, between commas, of each request.', schema: z.string() },
      {
        name: 'x-sluice-batch-native',
        description: "`false` keeps the requests out of their vendor's own batches.",
        schema: z.enum(['true', 'false']),
      },
    ],
    body: messageBatchSchema.meta({ id: 'MessageBatchRequest' }),
    answers: json('The batch.', messageBatchAnswerSchema),
    errors: [...createErrors, 'too_many_in_flight', 'shutting_down'],
  },
  {
    ...{ ...about, method: 'GET', path: messages, id: 'list-message-batches' },
    summary: "The project's batches of messages, newest first.",
    query: messageBatchPageSchema,
    answers: json('A page of batches.', messageBatchPageAnswerSchema),
    errors: [...keyErrors, 'invalid_request'],
  },
  {
    ...{ ...about, method: 'GET', path: `${messages}/{id}`, id: 'retrieve-message-batch', params },
    summary: 'How a batch of messages stands, and what it cost.',
    answers: json('The batch.', messageBatchAnswerSchema),
    errors: batchErrors,
  },
  {
    ...{ ...about, method: 'GET', path: `${messages}/{id}/results`, id: 'retrieve-message-batch-results', params },
    summary: 'What became of each request of a batch, a line of JSON each, in the order of the requests.',
    answers: [
      { status: 200, description: 'The results.', content: { 'application/x-jsonl': messageBatchResultSchema } },
    ],
    errors: [...batchErrors, 'batch_unfinished', 'object_not_found'],
  },
  {
    ...{ ...about, method: 'POST', path: `${messages}/{id}/cancel`, id: 'cancel-message-batch', params },
    summary: 'End a batch of messages: what is done by then is in its results.',
    answers: json('The batch as it is now.', messageBatchAnswerSchema),
    errors: [...batchErrors, ...bodyErrors],
  },
  {
    ...{ ...about, method: 'DELETE', path: `${messages}/{id}`, id: 'delete-message-batch', params },
    summary: 'Forget a batch of messages that has ended, and its results, at once.',
    answers: json('It is gone.', deletedMessageBatchSchema),
    errors: [...batchErrors, 'batch_unfinished'],
  },
];

/** Many requests at once, in the forms of both vendors that have them. */
export const batchOperations: readonly Operation[] = [...openai, ...anthropic];
