import { z } from 'zod';
import { unixSeconds } from './answer-schemas.js';

export const scheduleObjectSchema = z
  .object({
    id: z.string(),
    object: z.literal('schedule'),
    status: z.enum(['active', 'paused', 'ended']).describe('`ended`: no run is left, or `end_at` has passed.'),
    paused_because: z
      .enum(['asked', 'refused'])
      .nullable()
      .describe('`refused`: too many runs in a row were; the last ones tell why.'),
    path: z.string(),
    headers: z.record(z.string(), z.string()).optional().describe('Without the address of the webhook. Not in lists.'),
    body: z.record(z.string(), z.unknown()).optional().describe('What is posted. Not in lists.'),
    cron: z.string().nullable(),
    every: z.string().nullable().describe('As in `1h30m`.'),
    timezone: z.string(),
    start_at: unixSeconds.nullable(),
    end_at: unixSeconds.nullable(),
    jitter: z.string(),
    catch_up: z.string(),
    overlap: z.enum(['skip', 'buffer_one', 'allow_all', 'cancel_other']),
    remaining: z.int().nullable().describe('Runs that are left; null for any number.'),
    refusals_in_row: z.int(),
    next_run_at: unixSeconds.nullable().describe('Null where it is not to run, or Temporal cannot be asked.'),
    api_key_id: z.string().describe('The key that made it, whose rights its runs have.'),
    metadata: z.record(z.string(), z.string()),
    created_at: unixSeconds,
    updated_at: unixSeconds,
  })
  .meta({ id: 'Schedule' });

export const scheduleRunSchema = z
  .object({
    id: z.string(),
    object: z.literal('schedule.run'),
    schedule: z.string(),
    cause: z.enum(['time', 'trigger']),
    status: z
      .enum(['pending', 'waiting', 'submitted', 'skipped', 'refused'])
      .describe("`waiting`: for an earlier run's job to end; `skipped`: an earlier one was not over."),
    due_at: unixSeconds,
    job: z.string().nullable().describe("The job's id, under `/v1/jobs`."),
    error: z
      .object({ status: z.int(), code: z.string(), param: z.string().nullable() })
      .nullable()
      .describe('How the POST was refused.'),
    created_at: unixSeconds,
  })
  .meta({ id: 'ScheduleRun' });

const pageOf = (item: z.ZodType, id: string) =>
  z
    .object({
      object: z.literal('list'),
      data: z.array(item),
      first_id: z.string().nullable(),
      last_id: z.string().nullable(),
      has_more: z.boolean(),
    })
    .meta({ id });

export const scheduleListSchema = pageOf(scheduleObjectSchema, 'ScheduleList');
export const scheduleRunListSchema = pageOf(scheduleRunSchema, 'ScheduleRunList');
export const scheduleDeletedSchema = z
  .object({ id: z.string(), object: z.literal('schedule'), deleted: z.literal(true) })
  .meta({ id: 'ScheduleDeleted' });
