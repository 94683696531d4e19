import { z } from 'zod';
import { unixSeconds, usd } from './answer-schemas.js';

/** A request that its caller comes back for. */
export const jobSchema = z
  .object({
    id: z.string().describe("The request's id."),
    object: z.literal('job'),
    status: z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled', 'expired']),
    version: z.int().describe('Grows with each event: of two pictures of a job, the greater is the newer.'),
    kind: z.string(),
    model: z.string().nullable(),
    models: z.array(z.string()),
    stream: z.boolean(),
    priority: z.int().min(1).max(5),
    created_at: unixSeconds,
    started_at: unixSeconds.nullable(),
    completed_at: unixSeconds.nullable(),
    deadline: unixSeconds,
    cancel_requested_at: unixSeconds.nullable(),
    result_expires_at: unixSeconds.nullable(),
    progress: z.object({
      step: z.enum(['accepted', 'in_line', 'waiting_for_capacity', 'calling', 'between_attempts', 'ended']),
      percent: z.int().min(0).max(100).nullable().describe('Null where the vendor does not tell.'),
      attempt: z.int().nullable(),
    }),
    vendor: z.string().nullable(),
    offer: z.string().nullable().describe('Of the attempt that is under way, or that decided.'),
    partial: z.boolean().describe('Something was made, and is charged, before the job was stopped or failed.'),
    error: z.object({ code: z.string().nullable(), message: z.string().nullable() }).nullable(),
    usage: z.object({ units: z.record(z.string(), z.number()), source: z.string() }).nullable(),
    cost_usd: usd.nullable(),
    held_usd: usd.nullable(),
    metadata: z.record(z.string(), z.string()),
    batch_id: z.string().nullable().describe('The batch that it is a line of.'),
    urls: z
      .object({ get: z.string(), events: z.string(), cancel: z.string(), result: z.string() })
      .describe('Paths at this gateway.'),
  })
  .meta({ id: 'Job' });

export const jobListSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(jobSchema),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  })
  .meta({ id: 'JobList' });

export const jobEventSchema = z
  .looseObject({
    type: z.enum([
      'job.queued',
      'job.reserved',
      'job.running',
      'job.cancel_requested',
      'job.succeeded',
      'job.failed',
      'job.canceled',
      'job.expired',
    ]),
    job: z.string(),
    version: z.int(),
    created_at: unixSeconds,
    attempt: z.int().optional(),
    vendor: z.string().optional(),
    model: z.string().optional(),
    failure: z.string().optional().describe('Why there is no whole answer.'),
    refusal: z.string().optional().describe('The code with which the gateway refused it.'),
    cost_usd: usd.optional(),
    held_usd: usd.optional(),
  })
  .meta({ id: 'JobEvent' });
