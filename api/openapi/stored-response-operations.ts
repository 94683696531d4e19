import { z } from 'zod';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import { inputItemPageSchema, responseQuerySchema } from '../dialects/openai-responses/stored-response.schema.js';
import {
  deletedResponseSchema,
  inputItemListSchema,
  responseEventSchema,
  storedResponseSchema,
} from './answer-schemas.js';
import { keyErrors } from './key-errors.js';
import type { Operation } from './operation.js';

const aResponse = {
  tag: 'Responses',
  key: 'inference',
  path: '/v1/responses/{id}',
  params: z.object({ id: z.string().describe('The `id` of a response that was stored.') }),
} as const;
const storedErrors: readonly GatewayErrorCode[] = [...keyErrors, 'answer_not_found'];
const json = (schema: z.ZodType) => ({ 'application/json': schema });

/** What becomes of responses that are stored. */
export const storedResponseOperations: readonly Operation[] = [
  {
    ...aResponse,
    ...{ method: 'GET', id: 'retrieve-response', summary: 'A stored response, as it is now.' },
    description:
      'With `stream=true` its events, those after `starting_after` where that is given, also while it runs. One that failed or was cancelled is told with what had come of it.',
    query: responseQuerySchema,
    answers: [
      {
        status: 200,
        description: 'The response, or its events.',
        content: { ...json(storedResponseSchema), 'text/event-stream': responseEventSchema },
      },
    ],
    errors: [...storedErrors, 'invalid_request', 'answer_expired'],
    vendorFailures: true,
  },
  {
    ...aResponse,
    ...{ method: 'DELETE', id: 'delete-response' },
    summary: 'Destroy a stored response and its input at once; one that still runs is stopped.',
    answers: [{ status: 200, description: 'It is gone.', content: json(deletedResponseSchema) }],
    errors: storedErrors,
  },
  {
    ...aResponse,
    ...{ method: 'POST', path: '/v1/responses/{id}/cancel', id: 'cancel-response' },
    summary: 'Stop a stored response that still runs; of one that has ended, what it came to.',
    answers: [{ status: 200, description: 'The response.', content: json(storedResponseSchema) }],
    errors: [...storedErrors, 'invalid_json', 'body_too_large', 'unsupported_media_type', 'answer_expired'],
  },
  {
    ...aResponse,
    ...{ method: 'GET', path: '/v1/responses/{id}/input_items', id: 'list-input-items' },
    summary: 'The input that a stored response answers, earlier turns included.',
    query: inputItemPageSchema,
    answers: [{ status: 200, description: 'A page of items.', content: json(inputItemListSchema) }],
    errors: [...storedErrors, 'invalid_request'],
  },
];
