import { z } from 'zod';

const seconds = z.coerce
  .number()
  .int()
  .min(0)
  .max(253_402_300_799)
  .transform((at) => new Date(at * 1_000).toISOString());

/** Cursors as OpenAI's lists have them, newest first unless asked otherwise; times are seconds since 1970. */
export const jobPageSchema = z.looseObject({
  after: z.string().min(1).max(128).optional(),
  before: z.string().min(1).max(128).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(['asc', 'desc']).default('desc'),
  status: z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled', 'expired']).optional(),
  kind: z.string().min(1).max(64).optional(),
  model: z.string().min(1).max(200).optional(),
  /** The lines of this batch; without it those jobs that are no lines. */
  batch_id: z.string().min(1).max(64).optional(),
  created_after: seconds.optional(),
  created_before: seconds.optional(),
  /** `metadata[name]=value`: a job must have all labels that are named. */
  metadata: z.object({}).catchall(z.string().max(512)).optional(),
});

/** The `id` of the last event that came; the header `Last-Event-ID` says the same. */
export const jobEventsSchema = z.looseObject({
  starting_after: z
    .string()
    .regex(/^\d{1,9}$/, { message: 'expected the number of an event' })
    .transform(Number)
    .optional(),
});
