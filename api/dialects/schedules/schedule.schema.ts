import { z } from 'zod';
import { cronProblem } from '../../../workflows/domain/cron.js';
import { durationMs } from '../../../workflows/domain/duration.js';
import { metadata } from '../shared/request-fields.schema.js';

/** What a job's POST may say of itself by its headers; `Prefer` and `Idempotency-Key` are the schedule's. */
export const SCHEDULED_HEADERS = ['cancel-after', 'x-sluice-priority', 'x-sluice-webhook-url'];

const SHORTEST_INTERVAL = '1m';
const MOST_REMAINING = 1_000_000;

/** A time as `Cancel-After` takes it, within bounds that are told in the same words. */
const duration = (least: string, most: string) =>
  z
    .string()
    .refine(
      (text) => isWithin(durationMs(text), least, most),
      `must be a time from ${least} to ${most}, as in '90s' or '1h30m'`,
    )
    .transform((text) => durationMs(text) ?? 0);

const isWithin = (ms: number | undefined, least: string, most: string): boolean =>
  ms !== undefined && ms >= (durationMs(least) ?? 0) && ms <= (durationMs(most) ?? 0);

/** Seconds since 1970. */
const moment = z
  .number()
  .int()
  .min(0)
  .max(253_402_300_799)
  .transform((at) => new Date(at * 1_000).toISOString());

const cron = z
  .string()
  .max(200)
  .superRefine((text, context) => {
    const problem = cronProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: `is no cron expression: ${problem}` });
  })
  .transform((text) => text.trim());

const timezone = z
  .string()
  .max(64)
  .refine(isTimezone, "must be a name of the IANA time zone database, as in 'Europe/Berlin'");

const headers = z
  .record(z.string(), z.string().max(2_048))
  .superRefine((given, context) => {
    for (const name of Object.keys(given)) {
      if (SCHEDULED_HEADERS.includes(name.toLowerCase())) continue;
      const message = `is no header that a schedule's POST may have; these are ${SCHEDULED_HEADERS.join(', ')}`;
      context.addIssue({ code: 'custom', message, path: [name] });
    }
  })
  .transform((given) => Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value])));

const overlap = z.enum(['skip', 'buffer_one', 'allow_all', 'cancel_other']);
const remaining = z.number().int().min(1).max(MOST_REMAINING);
const jitter = duration('0s', '24h');
const catchUp = duration('10s', '8760h');
const every = duration(SHORTEST_INTERVAL, '8760h');

export const scheduleSchema = z.strictObject({
  path: z.string().min(1).max(200),
  body: z.record(z.string(), z.unknown()),
  headers: headers.default({}),
  cron: cron.optional(),
  every: every.optional(),
  timezone: timezone.default('UTC'),
  start_at: moment.nullish(),
  end_at: moment.nullish(),
  jitter: jitter.default(0),
  catch_up: catchUp.default(60_000),
  overlap: overlap.default('skip'),
  remaining: remaining.nullish(),
  paused: z.boolean().default(false),
  metadata,
});

/** What is left out stays as it is. Null takes a bound away. */
export const scheduleChangeSchema = z.strictObject({
  cron: cron.optional(),
  every: every.optional(),
  timezone: timezone.optional(),
  start_at: moment.nullish(),
  end_at: moment.nullish(),
  jitter: jitter.optional(),
  catch_up: catchUp.optional(),
  overlap: overlap.optional(),
  remaining: remaining.nullish(),
  paused: z.boolean().optional(),
  metadata,
});

/** Of schedules and of their runs, newest first unless asked otherwise. */
export const schedulePageSchema = z.looseObject({
  after: z.string().min(1).max(64).optional(),
  before: z.string().min(1).max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(['asc', 'desc']).default('desc'),
});

function isTimezone(name: string): boolean {
  try {
    // An offset such as `+01:00` passes here and is none of the database's names.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}
