import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Ask, VendorName } from './ask.js';
import { bedrockWordings } from './bedrock-wordings.js';
import type { Behaviour, Refusal } from './behaviours.js';
import { googleWordings } from './google-refusals.js';

export interface RefusalAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: JsonObject;
}

/** How each vendor says a refusal: its status, its type and code (or type alone), and its words. */
export interface Wording {
  readonly status: number;
  readonly type: string;
  readonly code?: string;
  readonly param?: string;
  readonly message: string;
  readonly details?: readonly JsonObject[];
}

/** Vendors quote what they were sent in their messages, which is why a message must never reach a log. */
const openAiWordings = (ask: Ask): { readonly [R in Refusal]: Wording } => ({
  'rate-limited': {
    status: 429,
    type: 'tokens',
    code: 'rate_limit_exceeded',
    message: `Rate limit reached for ${ask.model} in organization org-fake on tokens per min (TPM): Limit 30000, Used 29500, Requested 1200. Please try again in 1.4s.`,
  },
  'quota-exhausted': {
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  overloaded: {
    status: 503,
    type: 'server_error',
    message: 'The engine is currently overloaded, please try again later',
  },
  unavailable: { status: 503, type: 'server_error', message: 'Service unavailable.' },
  'server-error': {
    status: 500,
    type: 'server_error',
    message: 'The server had an error while processing your request. Sorry about that!',
  },
  unauthorized: {
    status: 401,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message:
      'Incorrect API key provided: sk-fake*****. You can find your API key at https://platform.openai.com/account/api-keys.',
  },
  forbidden: {
    status: 403,
    type: 'invalid_request_error',
    code: 'unsupported_country_region_territory',
    message: 'Country, region, or territory not supported',
  },
  'not-found': {
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    message: `The model \`${ask.model}\` does not exist or you do not have access to it.`,
  },
  'bad-request': {
    status: 400,
    type: 'invalid_request_error',
    code: 'invalid_value',
    param: 'messages[0].content',
    message: `Invalid value: '${ask.lastUserText}'. Supported values are others.`,
  },
  'context-length': {
    status: 400,
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    param: 'messages',
    message:
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens. Please reduce the length of the messages.",
  },
  'content-policy': {
    status: 400,
    type: 'invalid_request_error',
    code: 'content_policy_violation',
    message: `Your request was rejected as a result of our safety system: '${ask.lastUserText}'.`,
  },
  'too-large': {
    status: 413,
    type: 'invalid_request_error',
    code: 'request_too_large',
    message: 'Request body too large.',
  },
});

const anthropicWordings = (ask: Ask): { readonly [R in Refusal]: Wording } => ({
  'rate-limited': {
    status: 429,
    type: 'rate_limit_error',
    message: "This request would exceed your organization's rate limit of 30,000 input tokens per minute.",
  },
  'quota-exhausted': {
    status: 400,
    type: 'invalid_request_error',
    message:
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  },
  overloaded: { status: 529, type: 'overloaded_error', message: 'Overloaded' },
  unavailable: { status: 503, type: 'api_error', message: 'Service Unavailable' },
  'server-error': { status: 500, type: 'api_error', message: 'Internal server error' },
  unauthorized: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' },
  forbidden: {
    status: 403,
    type: 'permission_error',
    message: 'Your API key does not have permission to use the specified resource.',
  },
  'not-found': { status: 404, type: 'not_found_error', message: `model: ${ask.model}` },
  'bad-request': {
    status: 400,
    type: 'invalid_request_error',
    message: `messages.0.content: Input '${ask.lastUserText}' is not valid`,
  },
  'context-length': {
    status: 400,
    type: 'invalid_request_error',
    message: 'prompt is too long: 208310 tokens > 200000 maximum',
  },
  'content-policy': {
    status: 400,
    type: 'invalid_request_error',
    message: `Output blocked by content filtering policy: '${ask.lastUserText}'`,
  },
  'too-large': { status: 413, type: 'request_too_large', message: 'Request exceeds the maximum size' },
});

const bodyOf = (vendor: VendorName, wording: Wording, requestId: string): JsonObject => {
  const { message, type, param = null, code = null, status, details = [] } = wording;
  switch (vendor) {
    case 'openai':
      return { error: { message, type, param, code } };
    case 'anthropic':
      return { type: 'error', error: { type, message }, request_id: requestId };
    case 'google':
      return { error: { code: status, message, status: type, details } };
    case 'bedrock':
      return { message };
  }
};

/** Bedrock has the name of an error in a header. */
const headersOf = (vendor: VendorName, { type }: Wording): { readonly [name: string]: string } =>
  vendor === 'bedrock' ? { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` } : {};

const wordings = {
  openai: openAiWordings,
  anthropic: anthropicWordings,
  google: googleWordings,
  bedrock: bedrockWordings,
} as const;

/** What the vendor answers where it refuses as the behaviour says. */
export const refusalAnswer = (
  ask: Ask,
  behaviour: Extract<Behaviour, { behaviour: Refusal }>,
  requestId: string,
): RefusalAnswer => {
  const wording = wordings[ask.vendor](ask)[behaviour.behaviour];
  return {
    status: behaviour.status ?? wording.status,
    headers: {
      ...headersOf(ask.vendor, wording),
      ...(behaviour.retryAfterSeconds === undefined ? {} : { 'retry-after': String(behaviour.retryAfterSeconds) }),
      ...(behaviour.retryAfterMs === undefined ? {} : { 'retry-after-ms': String(behaviour.retryAfterMs) }),
    },
    body: bodyOf(ask.vendor, wording, requestId),
  };
};

/** What the vendor answers to a request that lacks what it must have. */
export const missingFieldAnswer = (vendor: VendorName, message: string, requestId: string): RefusalAnswer => ({
  status: 400,
  headers: {},
  body: bodyOf(vendor, { status: 400, type: 'invalid_request_error', message }, requestId),
});
