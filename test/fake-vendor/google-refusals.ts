import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Ask } from './ask.js';
import type { Refusal } from './behaviours.js';

/** How Google says a refusal: its HTTP status, the name of its code, its words, and details. */
export interface GoogleWording {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly details?: readonly JsonObject[];
}

const detail = (name: string, fields: JsonObject): JsonObject => ({
  '@type': `type.googleapis.com/google.rpc.${name}`,
  ...fields,
});

export const googleWordings = (ask: Ask): { readonly [R in Refusal]: GoogleWording } => ({
  'rate-limited': {
    status: 429,
    type: 'RESOURCE_EXHAUSTED',
    message: 'You exceeded your current quota, please check your plan and billing details.',
    details: [detail('QuotaFailure', { violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel' }] })],
  },
  'quota-exhausted': {
    status: 429,
    type: 'RESOURCE_EXHAUSTED',
    message: 'You exceeded your current quota, please check your plan and billing details.',
    details: [detail('QuotaFailure', { violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel' }] })],
  },
  overloaded: { status: 503, type: 'UNAVAILABLE', message: 'The model is overloaded. Please try again later.' },
  unavailable: { status: 503, type: 'UNAVAILABLE', message: 'The service is currently unavailable.' },
  'server-error': { status: 500, type: 'INTERNAL', message: 'An internal error has occurred.' },
  unauthorized: {
    status: 400,
    type: 'INVALID_ARGUMENT',
    message: 'API key not valid. Please pass a valid API key.',
    details: [detail('ErrorInfo', { reason: 'API_KEY_INVALID', domain: 'googleapis.com' })],
  },
  forbidden: { status: 403, type: 'PERMISSION_DENIED', message: 'The caller does not have permission' },
  'not-found': { status: 404, type: 'NOT_FOUND', message: `models/${ask.model} is not found for API version v1beta.` },
  'bad-request': { status: 400, type: 'INVALID_ARGUMENT', message: `Invalid value at 'contents': ${ask.lastUserText}` },
  'context-length': {
    status: 400,
    type: 'INVALID_ARGUMENT',
    message: 'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).',
  },
  'content-policy': { status: 400, type: 'INVALID_ARGUMENT', message: `Prohibited content: '${ask.lastUserText}'.` },
  'too-large': { status: 413, type: 'INVALID_ARGUMENT', message: 'Request payload size exceeds the limit.' },
});
