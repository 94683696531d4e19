import { z } from 'zod';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import { anyBlock } from '../dialects/anthropic-messages/content-block.schema.js';
import { messagesRequestSchema } from '../dialects/anthropic-messages/messages-request.schema.js';
import { messageEventSchema, messageSchema, tokenCountSchema } from './answer-schemas.js';
import {
  costHeaders,
  idempotencyKey,
  conversationErrors,
  jobAccepted,
  jobHeaders,
  keepAlive,
  routeHeaders,
  session,
} from './inference-parts.js';
import type { DescribedHeader, Operation } from './operation.js';

const messageRequestSchema = messagesRequestSchema
  .extend({
    // Messages are checked one by one at run time, so that the request's own schema leaves them open.
    messages: z
      .array(
        z.looseObject({
          role: z.enum(['user', 'assistant', 'system']),
          content: z.union([z.string(), z.array(anyBlock)]),
        }),
      )
      .min(1),
  })
  .meta({ id: 'MessageRequest' });

const betaHeader: DescribedHeader = {
  name: 'anthropic-beta',
  description: "Beta features, between commas, for models that Anthropic serves. 'anthropic-version' is not needed.",
  schema: z.string(),
};

const createMessage: Operation = {
  ...{ method: 'POST', path: '/v1/messages', id: 'create-message', tag: 'Messages', key: 'inference' },
  summary: "Ask any model in the form of Anthropic's Messages API, plain or as a stream.",
  description: 'A key may come as `x-api-key` as well. `models` names models to fall back on, in order.',
  requestHeaders: [idempotencyKey, keepAlive, session, ...routeHeaders, ...jobHeaders, betaHeader],
  body: messageRequestSchema,
  answers: [
    {
      status: 200,
      description: 'The whole message, or with `stream: true` its events, which each have an `event:` line.',
      content: { 'application/json': messageSchema, 'text/event-stream': messageEventSchema },
      headers: costHeaders,
    },
    jobAccepted,
  ],
  errors: conversationErrors,
  vendorFailures: true,
};

/** Counting runs no request: nothing is held, so that nothing can be wanting. */
const NEVER: ReadonlySet<GatewayErrorCode> = new Set<GatewayErrorCode>([
  ...(['insufficient_funds', 'no_route', 'unbounded', 'output_cap_too_large', 'idempotency_key_reused'] as const),
  ...(['answer_expired', 'abandoned', 'job_not_kept'] as const),
]);
const countingErrors = conversationErrors.filter((code) => !NEVER.has(code));

const countTokens: Operation = {
  ...{
    method: 'POST',
    path: '/v1/messages/count_tokens',
    id: 'count-message-tokens',
    tag: 'Messages',
    key: 'inference',
  },
  summary: 'How many tokens of input a message would have. Costs nothing.',
  description: 'The vendor counts where it can; elsewhere the answer is an estimate, rather too high, and says so.',
  requestHeaders: [betaHeader],
  body: messageRequestSchema
    .extend({ max_tokens: messagesRequestSchema.shape.max_tokens.nullish() })
    .meta({ id: 'MessageCountRequest' }),
  answers: [{ status: 200, description: 'The count.', content: { 'application/json': tokenCountSchema } }],
  errors: countingErrors,
  vendorFailures: true,
};

export const messageOperations: readonly Operation[] = [createMessage, countTokens];
