import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { Json } from '../../workflows/contracts/json.js';
import { classifyErrorEvent, classifyHttpFailure } from './classify-failure.js';

/** A documented refusal: its status, what its body says, and the class that it stands for. */
type Row = readonly [status: number, body: Json, FailureClass];

const coded = (code: string | number, message = 'm') => ({ error: { code, message } });
const typed = (type: string, message = 'm') => ({ error: { type, message, code: null } });
const flat = (code: string | number, message = 'm') => ({ code, message });
const worded = (message: string) => ({ error: { message, type: 'invalid_request_error', code: null } });
/** MiniMax's newer form. */
const numbered = (status: string, type: string, message: string) => ({
  ...{ type: 'error', request_id: '021785229015510a2c883cf675b9804d' },
  error: { type, message, http_code: status },
});
const kind = (errorType: string) => ({ error: { code: 0, message: 'm', metadata: { error_type: errorType } } });

/** The tables and pages that these come from are named in `failure-codes.ts` and `failure-words.ts`. */
const DOCUMENTED: { readonly [vendor: string]: readonly Row[] } = {
  openai: [
    [401, coded('invalid_api_key'), 'auth'],
    [403, coded('unsupported_country_region_territory'), 'permission'],
    [404, coded('model_not_found'), 'model_not_found'],
    [400, coded('context_length_exceeded'), 'context_length'],
    [400, worded("This model's maximum context length is 8192 tokens."), 'context_length'],
    [429, coded('insufficient_quota'), 'quota_exhausted'],
    [400, coded('billing_hard_limit_reached'), 'quota_exhausted'],
    [429, coded('rate_limit_exceeded'), 'rate_limited'],
    [503, coded('slow_down'), 'overloaded'],
    [500, typed('server_error'), 'vendor_error'],
  ],
  anthropic: [
    [400, typed('invalid_request_error'), 'invalid_request'],
    [400, worded('prompt is too long: 208310 tokens > 200000 maximum'), 'context_length'],
    [400, worded('Your credit balance is too low to access the Anthropic API.'), 'quota_exhausted'],
    [400, worded('You have reached your specified API usage limits.'), 'quota_exhausted'],
    [401, typed('authentication_error'), 'auth'],
    [402, typed('billing_error'), 'quota_exhausted'],
    [403, typed('permission_error'), 'permission'],
    [404, typed('not_found_error'), 'model_not_found'],
    [413, typed('request_too_large'), 'request_too_large'],
    [429, typed('rate_limit_error'), 'rate_limited'],
    [429, coded('enforced_spend_limit_reached'), 'quota_exhausted'],
    [500, typed('api_error'), 'vendor_error'],
    [504, typed('timeout_error'), 'timeout_first_token'],
    [529, typed('overloaded_error'), 'overloaded'],
  ],
  bedrock: [
    [400, { message: 'The provided model identifier is invalid.' }, 'model_not_found'],
    [400, { message: 'Invocation of model ID x with on-demand throughput isn’t supported.' }, 'model_not_found'],
    [400, { message: 'Input is too long for requested model.' }, 'context_length'],
    [400, { message: 'The model returned the following errors: Malformed input request' }, 'invalid_request'],
  ],
  azure: [
    [401, coded('401'), 'auth'],
    [401, coded('PermissionDenied'), 'permission'],
    [401, coded('invalid_model_endpoint_authentication'), 'vendor_error'],
    [404, coded('DeploymentNotFound'), 'model_not_found'],
    [400, coded('OperationNotSupported'), 'model_not_found'],
    [400, coded('content_filter'), 'content_policy'],
    [429, coded('RateLimitReached'), 'rate_limited'],
    [429, coded('429'), 'rate_limited'],
  ],
  google: [
    [400, { error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }, 'auth'],
    [
      400,
      worded('The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'),
      'context_length',
    ],
    [403, { error: { code: 403, message: 'm', status: 'PERMISSION_DENIED' } }, 'permission'],
    [404, { error: { code: 404, message: 'm', status: 'NOT_FOUND' } }, 'model_not_found'],
    [429, { error: { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED' } }, 'rate_limited'],
    [503, { error: { code: 503, message: 'm', status: 'UNAVAILABLE' } }, 'overloaded'],
  ],
  alibaba: [
    [400, flat('Arrearage'), 'quota_exhausted'],
    [400, flat('DataInspectionFailed'), 'content_policy'],
    [400, flat('InvalidParameter', 'Range of input length should be [1, 98304]'), 'context_length'],
    [400, flat('InvalidParameter'), 'invalid_request'],
    [401, flat('InvalidApiKey'), 'auth'],
    [403, flat('AccessDenied.Unpurchased'), 'permission'],
    [403, coded('AllocationQuota.FreeTierOnly'), 'quota_exhausted'],
    [403, flat('Model.AccessDenied'), 'permission'],
    [404, flat('ModelNotFound'), 'model_not_found'],
    [429, flat('Throttling.RateQuota'), 'rate_limited'],
    [429, flat('Throttling.BurstRate'), 'rate_limited'],
    [429, flat('Throttling.AllocationQuota'), 'quota_exhausted'],
    [429, flat('PrepaidBillOverdue'), 'quota_exhausted'],
    [500, flat('InternalError'), 'vendor_error'],
  ],
  volcengine: [
    [403, coded('AccountOverdueError'), 'quota_exhausted'],
    [403, coded('OperationDenied.ServiceOverdue'), 'quota_exhausted'],
    [403, coded('AccessDenied'), 'permission'],
    [401, coded('AuthenticationError'), 'auth'],
    [404, coded('InvalidEndpointOrModel.NotFound'), 'model_not_found'],
    [404, coded('ModelNotOpen'), 'model_not_found'],
    [400, coded('InvalidEndpoint.ClosedEndpoint'), 'model_not_found'],
    [400, coded('SensitiveContentDetected.SevereViolation'), 'content_policy'],
    [400, coded('InputTextSensitiveContentDetected'), 'content_policy'],
    [429, coded('ModelAccountTpmRateLimitExceeded'), 'rate_limited'],
    [429, coded('RateLimitExceeded.EndpointRPMExceeded'), 'rate_limited'],
    [429, coded('QuotaExceeded'), 'quota_exhausted'],
    [429, coded('AccountQuotaExceeded'), 'quota_exhausted'],
    [429, coded('SetLimitExceeded'), 'quota_exhausted'],
    [429, coded('ServerOverloaded'), 'overloaded'],
    [500, coded('InternalServiceError'), 'vendor_error'],
  ],
  tencent: [
    [400, coded('FailedOperation.ResourcePackExhausted'), 'quota_exhausted'],
    [400, coded('FailedOperation.ServiceStopArrears'), 'quota_exhausted'],
    [400, coded('OperationDenied.TextIllegalDetected'), 'content_policy'],
    [400, coded('AuthFailure.SignatureFailure'), 'auth'],
    [400, coded('AuthFailure.UnauthorizedOperation'), 'permission'],
    [400, coded('RequestLimitExceeded'), 'rate_limited'],
    [400, coded('FailedOperation.EngineServerLimitExceeded'), 'rate_limited'],
    [400, coded('InvalidParameterValue.Model'), 'model_not_found'],
    [400, coded('FailedOperation.EngineServerError'), 'vendor_error'],
  ],
  moonshot: [
    [401, typed('invalid_authentication_error'), 'auth'],
    [403, typed('permission_denied_error'), 'permission'],
    [403, worded('Forbidden: insufficient account balance'), 'quota_exhausted'],
    [404, typed('resource_not_found_error'), 'model_not_found'],
    [400, typed('content_filter'), 'content_policy'],
    [429, typed('exceeded_current_quota_error'), 'quota_exhausted'],
    [429, typed('engine_overloaded_error'), 'overloaded'],
    [429, typed('rate_limit_reached_error'), 'rate_limited'],
  ],
  zai: [
    [401, coded('1002'), 'auth'],
    [400, coded('1211'), 'model_not_found'],
    [400, coded('1214'), 'invalid_request'],
    [400, coded('1261'), 'context_length'],
    [400, coded('1301'), 'content_policy'],
    [429, coded('1112'), 'permission'],
    [429, coded('1113'), 'quota_exhausted'],
    [429, coded('1302'), 'rate_limited'],
    [429, coded('1304'), 'quota_exhausted'],
    [429, coded('1305'), 'overloaded'],
    [429, coded('1308'), 'quota_exhausted'],
    [429, coded('1309'), 'quota_exhausted'],
    [500, coded('1234'), 'vendor_error'],
  ],
  deepseek: [
    [400, worded('Invalid request body'), 'invalid_request'],
    [402, coded('invalid_request_error', 'Insufficient Balance'), 'quota_exhausted'],
    [422, worded('Invalid parameters'), 'invalid_request'],
    [429, typed('rate_limit_reached'), 'rate_limited'],
    [503, typed('service_unavailable_error'), 'overloaded'],
  ],
  minimax: [
    [
      400,
      numbered('400', 'bad_request_error', 'invalid params, audio duration 623.4s exceeds (2013)'),
      'invalid_request',
    ],
    [401, numbered('401', 'authorized_error', 'login fail: Please carry the API secret key (1004)'), 'auth'],
    [402, numbered('402', 'insufficient_balance_error', 'insufficient balance (1008)'), 'quota_exhausted'],
    [413, numbered('413', 'invalid_request_error', 'request body too large: 88200078 bytes'), 'request_too_large'],
    [422, numbered('422', 'unprocessable_entity_error', 'sensitive content (1026)'), 'content_policy'],
    [429, numbered('429', 'rate_limit_error', 'rate limit, please retry later (1002)'), 'rate_limited'],
    [500, numbered('500', 'server_error', 'internal error (1000)'), 'vendor_error'],
    // As a user of its speech recognition reports it.
    [500, numbered('500', 'server_error', 'your current token plan not support model, asr-1.0 (2061)'), 'permission'],
    // A number that stands elsewhere, and one of another vendor's words, are none of its.
    [422, numbered('422', 'unprocessable_entity_error', 'year (1026) is odd'), 'invalid_request'],
    [422, worded('The year is odd (1026)'), 'invalid_request'],
  ],
  mistral: [
    [401, { detail: 'Unauthorized' }, 'auth'],
    [400, { object: 'error', message: 'm', type: 'invalid_model', code: '1500' }, 'model_not_found'],
    [429, { object: 'error', message: 'Rate limit exceeded', type: 'rate_limited', code: '1300' }, 'rate_limited'],
    [
      429,
      { object: 'error', message: 'Service tier capacity exceeded for this model.', type: 'x', code: null },
      'overloaded',
    ],
    [429, { object: 'error', message: 'm', type: 'invalid_request_error', code: '3505' }, 'overloaded'],
    [429, { object: 'error', message: 'm', type: 'engine_max_pending_tokens', code: '3810' }, 'overloaded'],
  ],
  xai: [
    [400, { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xa***yz.' }, 'auth'],
    [
      403,
      { code: 'The caller does not have permission', error: "Your newly created team doesn't have any credits yet." },
      'quota_exhausted',
    ],
    [
      429,
      {
        code: 'Some resource has been exhausted',
        error: 'Your team 1 has either used all available credits or reached its monthly spending limit.',
      },
      'quota_exhausted',
    ],
    [400, { error: "This model's maximum prompt length is 131072 but the request contains 140000." }, 'context_length'],
  ],
  cohere: [
    [400, { message: 'too many tokens: total number of tokens in the prompt cannot exceed 4081' }, 'context_length'],
    [400, { message: 'too many tokens: max tokens must be less than or equal to 4096' }, 'invalid_request'],
    [429, { message: 'You are past the per minute request limit, please wait and try again later.' }, 'rate_limited'],
    [429, { message: 'You are using a Trial key, which is limited to 1,000 API calls / month.' }, 'quota_exhausted'],
    [429, { message: 'You are using a Trial key, which is limited to 40 API calls / minute.' }, 'rate_limited'],
  ],
  groq: [
    [400, coded('model_decommissioned'), 'model_not_found'],
    [400, coded('model_terms_required'), 'permission'],
    [400, coded('organization_restricted'), 'permission'],
    [413, coded('rate_limit_exceeded'), 'rate_limited'],
    [498, typed('capacity'), 'overloaded'],
  ],
  cerebras: [
    [401, coded('wrong_api_key'), 'auth'],
    [429, coded('queue_exceeded'), 'overloaded'],
    [429, coded('token_quota_exceeded'), 'rate_limited'],
  ],
  together: [
    [
      403,
      worded('Input token count + max_tokens parameter must be less than the context length of the model'),
      'context_length',
    ],
    [400, worded('`inputs` tokens + `max_new_tokens` must be <= 4097'), 'context_length'],
    [402, typed('credit_limit'), 'quota_exhausted'],
    [404, coded('model_not_available'), 'model_not_found'],
  ],
  fireworks: [
    [
      412,
      coded('PRECONDITION_FAILED', 'Account a is suspended, possibly due to reaching the monthly spending limit or'),
      'quota_exhausted',
    ],
    [404, coded('NOT_FOUND'), 'model_not_found'],
  ],
  openrouter: [
    [402, kind('payment_required'), 'quota_exhausted'],
    [403, worded('gpt-4 requires moderation on OpenAI. Your input was flagged for "violence".'), 'content_policy'],
    [429, worded('Rate limit exceeded: free-models-per-day. Add 10 credits'), 'quota_exhausted'],
    [503, kind('provider_overloaded'), 'overloaded'],
    [502, kind('provider_unavailable'), 'vendor_error'],
    [400, kind('context_length_exceeded'), 'context_length'],
    [413, kind('payload_too_large'), 'request_too_large'],
    [524, kind('timeout'), 'timeout_first_token'],
  ],
  perplexity: [
    [401, { error: { code: 401, type: 'insufficient_quota', message: 'm' } }, 'quota_exhausted'],
    [401, { error: { code: 401, type: 'invalid_api_key', message: 'm' } }, 'auth'],
  ],
  huggingface: [[402, { error: 'You have exceeded your monthly included credits.' }, 'quota_exhausted']],
  siliconflow: [
    [400, { code: 20012, message: 'Model does not exist. Please check it carefully.', data: null }, 'model_not_found'],
    [403, { code: 30001, message: 'm', data: null }, 'quota_exhausted'],
    [401, 'Invalid token', 'auth'],
  ],
  vllm: [[400, worded("This model's maximum context length is 4096 tokens. However, you requested"), 'context_length']],
  ollama: [[404, { error: "model 'x' not found" }, 'model_not_found']],
};

describe.each(Object.entries(DOCUMENTED))('what %s documents', (_vendor, rows) => {
  it.each(rows)('%i %j is %s', (status, body, failureClass) => {
    expect(classifyHttpFailure({ status, headers: {}, body, nowMs: 0 }).failure.class).toBe(failureClass);
  });
});

describe('what a vendor says within a stream, or under HTTP 200', () => {
  const minimax = (code: number) => ({ base_resp: { status_code: code, status_msg: 'm' } });
  it.each<readonly [Json, FailureClass]>([
    [minimax(1000), 'vendor_error'],
    [minimax(1001), 'timeout_first_token'],
    [minimax(1002), 'rate_limited'],
    [minimax(1004), 'auth'],
    [minimax(1008), 'quota_exhausted'],
    [minimax(1026), 'content_policy'],
    [minimax(1039), 'context_length'],
    [minimax(1041), 'rate_limited'],
    [minimax(1042), 'invalid_request'],
    [minimax(2013), 'invalid_request'],
    [minimax(2045), 'rate_limited'],
    [minimax(2049), 'auth'],
    [minimax(2056), 'quota_exhausted'],
    [minimax(2061), 'permission'],
    [minimax(9999), 'vendor_error'],
    [numbered('422', 'unprocessable_entity_error', 'sensitive content (1026)'), 'content_policy'],
    [numbered('413', 'invalid_request_error', 'request body too large'), 'request_too_large'],
    [flat('Throttling.RateQuota'), 'rate_limited'],
    [flat('Throttling.AllocationQuota'), 'quota_exhausted'],
    [flat('DataInspectionFailed'), 'content_policy'],
    [coded('1301'), 'content_policy'],
    [coded('1113'), 'quota_exhausted'],
    [kind('provider_overloaded'), 'overloaded'],
    [kind('payment_required'), 'quota_exhausted'],
    [typed('overloaded_error'), 'overloaded'],
    [coded('OutputTextSensitiveContentDetected'), 'content_policy'],
    [{ error: { code: 499, message: 'm', status: 'CANCELLED' } }, 'vendor_error'],
  ])('%j is %s', (body, failureClass) => {
    expect(classifyErrorEvent(body).failure.class).toBe(failureClass);
  });
});

describe('words of the caller’s that a message quotes', () => {
  it.each([
    [500, 'Your credit balance is too low'],
    [400, 'Invalid value for content[0]: "my account is suspended, spend more"'],
    [422, 'content filtering policy'],
    [429, 'You exceeded your current quota, please check your plan and billing details.'],
  ])('decide nothing under %i: %s', (status, message) => {
    const { failure } = classifyHttpFailure({ status, headers: {}, body: worded(message), nowMs: 0 });
    expect(failure.class).toBe(classifyHttpFailure({ status, headers: {}, nowMs: 0 }).failure.class);
  });
});
