import { z } from 'zod';
import { BATCH_ENDPOINTS } from '../../../workflows/domain/batch-lines.js';
import { durationMs } from '../../../workflows/domain/duration.js';
import { isObjectId } from '../../http/object-id.js';
import { metadata } from '../shared/request-fields.schema.js';

const WINDOW_MAX_MS = 7 * 24 * 3_600_000;

/** OpenAI's `CreateBatchRequest`; any window from a second to a week, where OpenAI has the one of a day. */
export const batchRequestSchema = z.strictObject({
  input_file_id: z.string().refine(isObjectId, 'is no id of ours'),
  endpoint: z.enum(BATCH_ENDPOINTS),
  completion_window: z.string().refine((text) => {
    const ms = durationMs(text) ?? 0;
    return ms > 0 && ms <= WINDOW_MAX_MS;
  }, "must be a time from 1s to 168h, as in '24h'"),
  metadata: metadata.nullish(),
  /** Ours: false keeps the lines out of their vendors' own batches. */
  native: z.boolean().nullish(),
  output_expires_after: z
    .strictObject({ anchor: z.literal('created_at'), seconds: z.number().int().min(3_600).max(2_592_000) })
    .nullish(),
});

export const batchPageSchema = z.looseObject({
  after: z.string().refine(isObjectId, 'is no id of ours').optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
