import { z } from 'zod';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import { KINDS } from '../../workflows/domain/kinds.js';
import { chatMessageSchema } from '../dialects/openai-chat/chat-message.schema.js';
import { chatRequestSchema } from '../dialects/openai-chat/chat-request.schema.js';
import { inputItemSchema } from '../dialects/openai-responses/input-item.schema.js';
import { responsesRequestSchema } from '../dialects/openai-responses/responses-request.schema.js';
import { completionRequestSchema } from '../dialects/openai-chat/completions/completion-request.schema.js';
import {
  chatChunkSchema,
  chatCompletionSchema,
  inputTokensSchema,
  liveSchema,
  messageEventSchema,
  messageSchema,
  modelInfoPageSchema,
  modelInfoSchema,
  modelEndpointsSchema,
  modelListSchema,
  modelSchema,
  readySchema,
  requestSchema,
  responseEventSchema,
  responseSchema,
  textCompletionSchema,
} from './answer-schemas.js';
import {
  conversationErrors,
  costHeaders,
  idempotencyKey,
  inferenceErrors,
  jobAccepted,
  jobHeaders,
  keepAlive,
  routeHeaders,
  session,
} from './inference-parts.js';
import { batchOperations } from './batch-operations.js';
import { jobOperations } from './job-operations.js';
import { scheduleOperations } from './schedule-operations.js';
import { keyErrors } from './key-errors.js';
import { messageOperations } from './message-operations.js';
import type { DescribedAnswer, Operation } from './operation.js';
import { fileOperations } from './file-operations.js';
import { storedChatOperations } from './stored-chat-operations.js';
import { storedResponseOperations } from './stored-response-operations.js';

const streamed = 'One JSON object an event; the last event of a whole answer is `[DONE]`, of any other an error.';
const plainAnswer: DescribedAnswer['content'] = { 'application/json': chatCompletionSchema };
const streamedAnswer: DescribedAnswer['content'] = { 'text/event-stream': chatChunkSchema };
/** Of a request in any dialect. */
const anyAnswer: DescribedAnswer['content'] = {
  'application/json': z.union([chatCompletionSchema, responseSchema, messageSchema]),
};
const anyStream: DescribedAnswer['content'] = {
  'text/event-stream': z.union([chatChunkSchema, responseEventSchema, messageEventSchema]),
};

const chat: Operation = {
  ...{ method: 'POST', path: '/v1/chat/completions', id: 'create-chat-completion', tag: 'Chat', key: 'inference' },
  summary: 'Ask a model, or the next of several, plain or as a stream.',
  requestHeaders: [idempotencyKey, keepAlive, session, ...routeHeaders, ...jobHeaders],
  // The messages are checked one by one at run time, so that the request's own schema leaves them open.
  body: chatRequestSchema.extend({ messages: z.array(chatMessageSchema).min(1) }).meta({ id: 'ChatCompletionRequest' }),
  answers: [
    {
      status: 200,
      description: `The whole answer, or with \`stream: true\` its chunks. ${streamed}`,
      content: { ...plainAnswer, ...streamedAnswer },
      headers: costHeaders,
    },
    jobAccepted,
  ],
  errors: conversationErrors,
  vendorFailures: true,
};

// The items are checked one by one at run time, so that the request's own schema leaves them open.
const responsesBody = responsesRequestSchema
  .extend({ input: z.union([z.string(), z.array(inputItemSchema)]) })
  .meta({ id: 'ResponsesRequest' });

const responses: readonly Operation[] = [
  {
    ...{ method: 'POST', path: '/v1/responses', id: 'create-response', tag: 'Responses', key: 'inference' },
    summary: "Ask a model in OpenAI's Responses format, plain or as a stream.",
    description:
      'Stored where the project allows it and `store` is not false; `previous_response_id` goes on from what is. with `background: true` it is made as a job, and found by its id meanwhile. `conversation` and `prompt` are refused.',
    requestHeaders: [idempotencyKey, keepAlive, session, ...routeHeaders, ...jobHeaders],
    body: responsesBody,
    answers: [
      {
        status: 200,
        description:
          'The whole response, or with `stream: true` its events. The last is `response.completed`, `response.incomplete` or `response.failed`.',
        content: { 'application/json': responseSchema, 'text/event-stream': responseEventSchema },
        headers: costHeaders,
      },
      jobAccepted,
    ],
    errors: [...conversationErrors, 'answer_not_found', 'answer_unfinished'],
    vendorFailures: true,
  },
  {
    ...{ method: 'POST', path: '/v1/responses/input_tokens', id: 'count-input-tokens', tag: 'Responses' },
    key: 'inference',
    summary: 'About how many tokens an input has. No vendor is asked and nothing is charged.',
    body: responsesBody,
    answers: [{ status: 200, description: 'The estimate.', content: { 'application/json': inputTokensSchema } }],
    fieldCodes: true,
    errors: [
      ...keyErrors,
      'invalid_json',
      'invalid_request',
      'body_too_large',
      'unsupported_media_type',
      'model_not_found',
      'too_many_in_flight',
      'shutting_down',
    ],
  },
];
const completion: Operation = {
  ...{ method: 'POST', path: '/v1/completions', id: 'create-completion', tag: 'Chat', key: 'inference' },
  summary: 'Ask a model to go on from a text, plain or as a stream. For older clients.',
  description:
    'Runs as a chat whose one message of the user is the prompt, on any model. One prompt a request; `suffix`, `echo` and a `best_of` above `n` are refused. `max_tokens` is 16 where it is not given.',
  requestHeaders: [idempotencyKey, ...routeHeaders, ...jobHeaders],
  body: completionRequestSchema.meta({ id: 'CompletionRequest' }),
  answers: [
    {
      status: 200,
      description: `The whole answer, or with \`stream: true\` its pieces. ${streamed}`,
      content: { 'application/json': textCompletionSchema, 'text/event-stream': textCompletionSchema },
      headers: costHeaders,
    },
    jobAccepted,
  ],
  errors: inferenceErrors,
  vendorFailures: true,
};

const aboutModels = {
  method: 'GET',
  tag: 'Models',
  key: 'inference',
  requestHeaders: [
    { name: 'anthropic-version', description: "Any value asks for Anthropic's shape.", schema: z.string() },
  ],
} as const;
const models: readonly Operation[] = [
  {
    ...aboutModels,
    ...{
      path: '/v1/models',
      id: 'list-models',
      summary: 'List the models of every vendor that is configured, with prices.',
    },
    query: z.object({
      kind: z
        .enum([...KINDS, 'all'])
        .optional()
        .describe("What the models are for: conversations (`chat`) where absent. Not of Anthropic's shape."),
      limit: z.coerce.number().int().min(1).max(1000).optional().describe("Of Anthropic's shape: 20 where absent."),
      after_id: z.string().optional().describe("Of Anthropic's shape: the last id of the page before."),
      before_id: z.string().optional().describe("Of Anthropic's shape: the first id of the page after."),
    }),
    answers: [
      {
        status: 200,
        description: 'The models.',
        content: { 'application/json': z.union([modelListSchema, modelInfoPageSchema]) },
      },
    ],
    errors: [...keyErrors, 'invalid_request'],
  },
  {
    ...aboutModels,
    ...{ path: '/v1/models/{model}', id: 'retrieve-model', summary: 'One model, by its id or any of its names.' },
    description: 'The name may hold slashes, as it is or as `%2F`.',
    params: z.object({ model: z.string() }),
    answers: [
      {
        status: 200,
        description: 'The model.',
        content: { 'application/json': z.union([modelSchema, modelInfoSchema]) },
      },
    ],
    errors: [...keyErrors, 'model_not_found'],
  },
  {
    ...aboutModels,
    ...{
      path: '/v1/models/{author}/{slug}/endpoints',
      id: 'list-model-endpoints',
      summary: 'Who serves a model, at which prices: the first to be asked first.',
    },
    description: 'For a model (`maker/name`) or any of its offers. Names of more than two parts do as well.',
    params: z.object({ author: z.string(), slug: z.string() }),
    answers: [
      { status: 200, description: 'The offers of the model.', content: { 'application/json': modelEndpointsSchema } },
    ],
    errors: [...keyErrors, 'model_not_found'],
  },
];

const aboutRequests = { method: 'GET', tag: 'Requests', key: 'inference' } as const;
const requestParams = z.object({ id: z.string().describe('The `x-request-id` of any answer to the request.') });
const requestErrors: readonly GatewayErrorCode[] = [...keyErrors, 'request_not_found'];
const againErrors: readonly GatewayErrorCode[] = [
  ...requestErrors,
  'answer_expired',
  'abandoned',
  'insufficient_funds',
];

const requests: readonly Operation[] = [
  {
    ...aboutRequests,
    ...{ path: '/v1/requests/{id}', id: 'retrieve-request', summary: 'How a request went and what it cost.' },
    params: requestParams,
    answers: [{ status: 200, description: 'The request.', content: { 'application/json': requestSchema } }],
    errors: requestErrors,
  },
  {
    ...aboutRequests,
    ...{ path: '/v1/requests/{id}/answer', id: 'retrieve-answer', summary: 'The whole answer once more.' },
    description:
      'Of requests with an `Idempotency-Key`, and of stored ones, while the answer is held; waits for one that still runs.',
    params: requestParams,
    answers: [{ status: 200, description: 'The answer.', content: anyAnswer, headers: costHeaders }],
    errors: againErrors,
    vendorFailures: true,
  },
  {
    ...aboutRequests,
    ...{ path: '/v1/requests/{id}/stream', id: 'resume-stream', summary: 'The stream, from where it broke off.' },
    description: 'Of requests with an `Idempotency-Key`, and of stored ones, while the answer is held.',
    params: requestParams,
    query: z.object({
      starting_after: z.string().optional().describe('The last `id:` that came. Wins over the header.'),
    }),
    requestHeaders: [{ name: 'Last-Event-ID', description: 'The last `id:` that came.', schema: z.string() }],
    answers: [{ status: 200, description: 'The rest of the stream.', content: anyStream }],
    errors: [...againErrors, 'invalid_request'],
    vendorFailures: true,
  },
  {
    ...aboutRequests,
    ...{
      method: 'POST',
      path: '/v1/requests/{id}/cancel',
      id: 'cancel-request',
      summary: 'End a request that still runs.',
    },
    params: requestParams,
    answers: [{ status: 202, description: 'The request as it was.', content: { 'application/json': requestSchema } }],
    errors: [...requestErrors, 'invalid_json', 'body_too_large', 'unsupported_media_type'],
  },
];

const open = { method: 'GET', key: 'none', errors: [] } as const;
const ready = (status: number, description: string): DescribedAnswer => ({
  ...{ status, description, content: { 'application/json': readySchema } },
});
const service: readonly Operation[] = [
  {
    ...open,
    ...{ path: '/health/live', id: 'health-live', tag: 'Service', summary: 'Whether this process answers.' },
    answers: [{ status: 200, description: 'It does.', content: { 'application/json': liveSchema } }],
  },
  {
    ...open,
    ...{ path: '/health/ready', id: 'health-ready', tag: 'Service', summary: 'Whether this process can serve.' },
    answers: [ready(200, 'It can.'), ready(503, 'It cannot, or is about to stop.')],
  },
  {
    ...open,
    ...{ path: '/openapi.json', id: 'openapi', tag: 'Service', summary: 'This document.' },
    answers: [{ status: 200, description: 'OpenAPI 3.1.', content: { 'application/json': z.looseObject({}) } }],
  },
];

/** The routes outside the management API. */
export const inferenceOperations: readonly Operation[] = [
  chat,
  ...storedChatOperations,
  completion,
  ...messageOperations,
  ...responses,
  ...storedResponseOperations,
  ...fileOperations,
  ...models,
  ...requests,
  ...jobOperations,
  ...scheduleOperations,
  ...batchOperations,
  ...service,
];
