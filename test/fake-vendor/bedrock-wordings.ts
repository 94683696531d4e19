import type { Ask } from './ask.js';
import type { Refusal } from './behaviours.js';

/** How Bedrock says each refusal; `type` is the exception of its service model. */
export const bedrockWordings = (
  ask: Ask,
): { readonly [R in Refusal]: { readonly status: number; readonly type: string; readonly message: string } } => ({
  'rate-limited': {
    status: 429,
    type: 'ThrottlingException',
    message: 'Too many tokens, please wait before trying again.',
  },
  'quota-exhausted': {
    status: 400,
    type: 'ServiceQuotaExceededException',
    message: 'Your request exceeds the service quota for your account.',
  },
  overloaded: {
    status: 503,
    type: 'ServiceUnavailableException',
    message: 'Bedrock is unable to process your request.',
  },
  unavailable: { status: 503, type: 'ServiceUnavailableException', message: 'Service unavailable.' },
  'server-error': {
    status: 500,
    type: 'InternalServerException',
    message: 'The system encountered an unexpected error during processing. Try your request again.',
  },
  unauthorized: {
    status: 403,
    type: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
  },
  forbidden: {
    status: 403,
    type: 'AccessDeniedException',
    message: "You don't have access to the model with the specified model ID.",
  },
  'not-found': {
    status: 404,
    type: 'ResourceNotFoundException',
    message: `Could not resolve the foundation model from the model identifier: ${ask.model}`,
  },
  'bad-request': {
    status: 400,
    type: 'ValidationException',
    message: `The model returned the following errors: '${ask.lastUserText}' is not valid`,
  },
  'context-length': { status: 400, type: 'ValidationException', message: 'Input is too long for requested model.' },
  'content-policy': {
    status: 400,
    type: 'ValidationException',
    message: `Output blocked by content filtering policy: '${ask.lastUserText}'`,
  },
  'too-large': { status: 413, type: 'RequestEntityTooLargeException', message: 'Request body too large.' },
});
