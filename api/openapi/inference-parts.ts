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
];

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
