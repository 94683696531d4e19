import { z } from 'zod';
import { anthropicErrorSchema, messageSchema, unixSeconds, usd } from './answer-schemas.js';

const count = z.int().min(0);
const time = z.string().meta({ format: 'date-time' });

export const batchSchema = z
  .object({
    id: z.string(),
    object: z.literal('batch'),
    endpoint: z.string(),
    errors: z
      .object({
        object: z.literal('list'),
        data: z.array(
          z.object({
            code: z.string(),
            message: z.string(),
            param: z.string().nullable(),
            line: z.int().nullable().describe('Of the input file, from 1.'),
          }),
        ),
      })
      .nullable()
      .describe('Why the input was refused as a whole.'),
    input_file_id: z.string(),
    completion_window: z.string(),
    status: z.enum([
      ...(['validating', 'failed', 'in_progress', 'finalizing'] as const),
      ...(['completed', 'expired', 'cancelling', 'cancelled'] as const),
    ]),
    output_file_id: z.string().nullable(),
    error_file_id: z.string().nullable(),
    created_at: unixSeconds,
    in_progress_at: unixSeconds.nullable(),
    expires_at: unixSeconds,
    finalizing_at: unixSeconds.nullable(),
    completed_at: unixSeconds.nullable(),
    failed_at: unixSeconds.nullable(),
    expired_at: unixSeconds.nullable(),
    cancelling_at: unixSeconds.nullable(),
    cancelled_at: unixSeconds.nullable(),
    request_counts: z.object({ total: count, completed: count, failed: count }),
    usage: z
      .object({
        input_tokens: count,
        input_tokens_details: z.object({ cached_tokens: count }),
        output_tokens: count,
        output_tokens_details: z.object({ reasoning_tokens: count }),
        total_tokens: count,
      })
      .nullable(),
    metadata: z.record(z.string(), z.string()),
    native: z.boolean().describe("Its lines may be run in their vendors' own batches, at half the price."),
    version: z
      .int()
      .describe('Grows with each change of the status: of two pictures of a batch, the greater is the newer.'),
    cost_usd: usd.nullable().describe('Of all its requests, once it has ended.'),
  })
  .meta({ id: 'Batch' });

export const batchListSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(batchSchema),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  })
  .meta({ id: 'BatchList' });

export const messageBatchAnswerSchema = z
  .object({
    id: z.string(),
    type: z.literal('message_batch'),
    processing_status: z.enum(['in_progress', 'canceling', 'ended']),
    request_counts: z.object({
      processing: count.describe('All of them, until the whole batch has ended.'),
      succeeded: count,
      errored: count,
      canceled: count,
      expired: count,
    }),
    created_at: time,
    expires_at: time,
    ended_at: time.nullable(),
    cancel_initiated_at: time.nullable(),
    archived_at: time.nullable(),
    results_url: z.string().nullable(),
    cost_usd: usd.nullable().describe('Of all its requests, once it has ended.'),
  })
  .meta({ id: 'MessageBatch' });

export const messageBatchPageAnswerSchema = z
  .object({
    data: z.array(messageBatchAnswerSchema),
    has_more: z.boolean(),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
  })
  .meta({ id: 'MessageBatchPage' });

export const messageBatchResultSchema = z
  .object({
    custom_id: z.string(),
    result: z.union([
      z.object({ type: z.literal('succeeded'), message: messageSchema }),
      z.object({ type: z.literal('errored'), error: anthropicErrorSchema }),
      z.object({ type: z.enum(['canceled', 'expired']) }),
    ]),
  })
  .meta({ id: 'MessageBatchResult' });

export const deletedMessageBatchSchema = z
  .object({ id: z.string(), type: z.literal('message_batch_deleted') })
  .meta({ id: 'DeletedMessageBatch' });
