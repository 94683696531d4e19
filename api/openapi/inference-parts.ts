import { z } from 'zod';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import { keyErrors } from './key-errors.js';

// What operations for inference have in common.

/** What may come of any request for inference, whatever it asks for. */
export const inferenceErrors: readonly GatewayErrorCode[] = [
  ...keyErrors,
  'invalid_json',
  'invalid_request',
  'body_too_large',
  'unsupported_media_type',
  'model_not_found',
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
];

export const costHeaders = {
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

export const session = {
  name: 'x-sluice-session',
  description:
    'The conversation that the request belongs to, for `auto` models; `x-session-id` and the field `session_id` say the same.',
  schema: z.string().min(1).max(256),
};

export const keepAlive = {
  name: 'x-sluice-keepalive-seconds',
  description: "After how many seconds of silence a stream gets a comment, or its dialect's ping; 0 for never.",
  schema: z.string().regex(/^\d{1,4}$/),
};
