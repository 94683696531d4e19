import { z } from 'zod';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import { jobSchema } from './job-schemas.js';
import { keyErrors } from './key-errors.js';
import type { DescribedAnswer } from './operation.js';

// What operations for inference have in common.

/** What may come of any request for inference, whatever it asks for. */
export const inferenceErrors: readonly GatewayErrorCode[] = [
  ...keyErrors,
  'invalid_json',
  'invalid_request',
  'body_too_large',
  'unsupported_media_type',
  'model_not_found',
  'no_route',
  'insufficient_funds',
  'unbounded',
  'output_cap_too_large',
  'rate_limit_exceeded',
  'request_exceeds_rate_limit',
  'invalid_idempotency_key',
  'idempotency_key_reused',
  'answer_expired',
  'too_many_in_flight',
  'shutting_down',
  'abandoned',
  'no_vendor_answered',
  'job_not_kept',
];

/** The same of a request that may come as a form with files. */
export const formErrors: readonly GatewayErrorCode[] = [...inferenceErrors, 'file_too_large'];

/** The same of a conversation, which may name files of the project. */
export const conversationErrors: readonly GatewayErrorCode[] = [...inferenceErrors, 'file_not_found'];

export const costHeaders = {
  'x-sluice-route': 'How the request was routed, as JSON, where that was asked for. On streams too.',
  'x-sluice-cost-usd':
    'What the request cost: an exact decimal number of USD. Not on streams, which tell it in `usage.cost`.',
  'x-sluice-vendor': 'Who answered. Not on streams.',
  'x-sluice-model': "The answering model's id, as `GET /v1/models` lists it. Not on streams.",
};

export const idempotencyKey = {
  name: 'Idempotency-Key',
  description:
    'The same key and body attach to the running request or get its answer while that is held, and never cause a second charge.',
  schema: z.string().min(1).max(255),
};

export const routeHeaders = [
  {
    name: 'x-sluice-route',
    description: '`include` has the route told, as `include_route` in the body does.',
    schema: z.literal('include'),
  },
  {
    name: 'x-sluice-provider',
    description: "The body's `provider` object as JSON, for clients that cannot add a field to the body.",
    schema: z.string(),
  },
];
export const session = {
  name: 'x-sluice-session',
  description:
    'The conversation that the request belongs to: it stays with one vendor, and `auto` models know its cache. `x-session-id` and the field `session_id` say the same.',
  schema: z.string().min(1).max(256),
};

export const keepAlive = {
  name: 'x-sluice-keepalive-seconds',
  description: "After how many seconds of silence a stream gets a comment, or its dialect's ping; 0 for never.",
  schema: z.string().regex(/^\d{1,4}$/),
};

/** What makes a job of any request, and what is said of it. */
export const jobHeaders = [
  {
    name: 'Prefer',
    description: '`respond-async` has it run as a job; with `wait=N` beside it, after up to N seconds (at most 60).',
    schema: z.string(),
  },
  { name: 'Cancel-After', description: "A job's deadline from now: `90s`, `5m`, `1h30m`.", schema: z.string() },
  {
    name: 'x-sluice-priority',
    description:
      "A job's: 1 goes first, 5 last, 3 where it is not given. Better ones than 3 are the operator's to allow.",
    schema: z.string().regex(/^[1-5]$/),
  },
  { name: 'x-sluice-webhook-url', description: 'Where the end of a job is told.', schema: z.string().max(2048) },
];

export const jobAccepted: DescribedAnswer = {
  status: 202,
  description: 'With `Prefer: respond-async`: the job, to be found at `location`.',
  content: { 'application/json': jobSchema },
  headers: { location: "The job's path.", 'preference-applied': 'What of `Prefer` is done.' },
};
