import { z } from 'zod';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import { completionPageSchema, labelsSchema, messagePageSchema } from '../dialects/openai-chat/stored-chat.schema.js';
import {
  deletedCompletionSchema,
  storedCompletionListSchema,
  storedCompletionSchema,
  storedMessageListSchema,
} from './answer-schemas.js';
import { keyErrors } from './key-errors.js';
import type { DescribedAnswer, Operation } from './operation.js';

const about = { tag: 'Stored completions', key: 'inference' } as const;
const aCompletion = {
  ...about,
  path: '/v1/chat/completions/{id}',
  params: z.object({ id: z.string().describe('The `id` of a completion that was asked for with `store`.') }),
} as const;
const storedErrors: readonly GatewayErrorCode[] = [...keyErrors, 'answer_not_found'];
/** Where a stored request has no answer, what it came to. */
const againErrors: readonly GatewayErrorCode[] = [...storedErrors, 'answer_expired', 'abandoned', 'insufficient_funds'];
const bodyErrors: readonly GatewayErrorCode[] = [
  'invalid_json',
  'invalid_request',
  'body_too_large',
  'unsupported_media_type',
];

const answer = (description: string, schema: z.ZodType): readonly DescribedAnswer[] => [
  { status: 200, description, content: { 'application/json': schema } },
];

/** What becomes of answers to `POST /v1/chat/completions` with `store`, where the project allows it. */
export const storedChatOperations: readonly Operation[] = [
  {
    ...about,
    ...{ method: 'GET', path: '/v1/chat/completions', id: 'list-chat-completions' },
    summary: 'List the stored completions.',
    description: 'Only whole answers. `model` is any name that the model has, and `metadata[name]` a label.',
    query: completionPageSchema,
    answers: answer('A page of completions.', storedCompletionListSchema),
    errors: [...keyErrors, 'invalid_request'],
  },
  {
    ...aCompletion,
    ...{ method: 'GET', id: 'retrieve-chat-completion' },
    summary: 'A stored completion; waits for one that still runs.',
    answers: answer('The completion.', storedCompletionSchema),
    errors: againErrors,
    vendorFailures: true,
  },
  {
    ...aCompletion,
    ...{ method: 'POST', id: 'update-chat-completion' },
    summary: "Replace a stored completion's labels.",
    body: labelsSchema,
    answers: answer('The completion.', storedCompletionSchema),
    errors: [...againErrors, ...bodyErrors],
    vendorFailures: true,
  },
  {
    ...aCompletion,
    ...{ method: 'DELETE', id: 'delete-chat-completion' },
    summary: 'Destroy a stored completion and its messages at once; one that still runs is stopped.',
    answers: answer('It is gone.', deletedCompletionSchema),
    errors: storedErrors,
  },
  {
    ...aCompletion,
    ...{ method: 'GET', path: '/v1/chat/completions/{id}/messages', id: 'list-chat-completion-messages' },
    summary: 'The messages that a stored completion answers.',
    query: messagePageSchema,
    answers: answer('A page of messages.', storedMessageListSchema),
    errors: [...storedErrors, 'invalid_request'],
  },
];
