import type { AttemptFailure, FailureClass, FailureDetail } from '../../workflows/contracts/failures.js';
import type { Json } from '../../workflows/contracts/json.js';
import { readErrorEnvelope } from './error-envelope.js';
import type { ErrorEnvelope } from './error-envelope.js';
import { classOfNumber, CODE_FAMILIES, VENDOR_CODES } from './failure-codes.js';
import { classOfWords } from './failure-words.js';

export interface ClassifiedFailure {
  readonly failure: AttemptFailure;
  readonly detail: FailureDetail;
}

export interface HttpFailure {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: { readonly [name: string]: string | undefined };
  /** Parsed where it is JSON, else its text; absent where there is none. */
  readonly body?: Json;
  /** The time now, for a `retry-after` that is a date. */
  readonly nowMs: number;
}

/** A vendor that asks for more than a day means that waiting is no answer; what waits decides within its own deadlines. */
const MAX_RETRY_AFTER_MS = 24 * 3600 * 1000;
const MAX_MESSAGE_LENGTH = 4000;

/**
 * Why a response whose status is not 2xx is no answer: the vendor's code where it is specific, else the status.
 * Envelopes: see `error-envelope.ts`. `failure` holds nothing of the message, because vendors echo prompts in theirs.
 */
export function classifyHttpFailure({ status, headers, body, nowMs }: HttpFailure): ClassifiedFailure {
  const envelope = readErrorEnvelope(body, headers['x-amzn-errortype']);
  const failureClass =
    classOfCodes(envelope, status) ?? classOfWords(envelope.message, status) ?? classOfStatus(status);
  const retryAfterMs = readRetryAfterMs(headers, nowMs) ?? withinADay(envelope.retryAfterMs);
  const failure: AttemptFailure = {
    class: failureClass,
    httpStatus: status,
    ...vendorCodeOf(envelope, status),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  return { failure, detail: detailOf(envelope, `The vendor answered with HTTP ${status}.`) };
}

/**
 * Why an error event within a stream (HTTP 200) ended it. Its status, where it names one (OpenRouter's `code`, Groq's
 * `status_code`), or else its type decides; what names neither is `vendor_error`.
 */
export function classifyErrorEvent(body: Json): ClassifiedFailure {
  const envelope = readErrorEnvelope(body);
  const { status } = envelope;
  const retryAfterMs = withinADay(envelope.retryAfterMs);
  const failureClass =
    classOfCodes(envelope, status) ??
    classOfWords(envelope.message, status ?? 400) ??
    (status === undefined ? classOfTypes(envelope) : classOfStatus(status));
  return {
    failure: {
      class: failureClass,
      ...vendorCodeOf(envelope, status),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
    detail: detailOf(envelope, 'The vendor ended its answer with an error.'),
  };
}

/** Codes that say more than the status does, in lower case. */
const CODES: { readonly [code: string]: FailureClass } = {
  // Out of credit under a status that elsewhere means "wait" (429), "no access" (403) or "bad request" (400).
  insufficient_quota: 'quota_exhausted',
  exceeded_current_quota_error: 'quota_exhausted',
  billing_hard_limit_reached: 'quota_exhausted',
  billing_not_active: 'quota_exhausted',
  billing_error: 'quota_exhausted',
  insufficient_balance: 'quota_exhausted',
  accountoverdueerror: 'quota_exhausted',
  'throttling.allocationquota': 'quota_exhausted',
  allocationquota: 'quota_exhausted',
  arrearage: 'quota_exhausted',
  // MiniMax answers with HTTP 200 (https://platform.minimax.io/docs/api-reference/errorcode).
  base_resp_1008: 'quota_exhausted',
  base_resp_1002: 'rate_limited',
  base_resp_1004: 'auth',
  base_resp_2049: 'auth',
  base_resp_1026: 'content_policy',
  base_resp_1027: 'content_policy',
  base_resp_1039: 'context_length',
  base_resp_2013: 'invalid_request',

  // Google: a quota of the day or of the free tier, under the same status and code as one of the minute.
  quota_per_day: 'quota_exhausted',
  // Google: the account's country or billing, under HTTP 400.
  failed_precondition: 'permission',

  overloaded_error: 'overloaded',
  overloaded: 'overloaded',
  engine_overloaded_error: 'overloaded',
  engine_max_pending_tokens: 'overloaded',
  server_overloaded: 'overloaded',
  serveroverloaded: 'overloaded',
  provider_overloaded: 'overloaded',
  capacity_exceeded: 'overloaded',

  context_length_exceeded: 'context_length',
  context_window_exceeded: 'context_length',
  request_too_large: 'request_too_large',
  requesttoolarge: 'request_too_large',

  content_policy_violation: 'content_policy',
  content_policy: 'content_policy',
  content_filter: 'content_policy',
  responsibleaipolicyviolation: 'content_policy',
  moderation_blocked: 'content_policy',
  // OpenAI's Responses API (ResponseErrorCode).
  invalid_prompt: 'content_policy',
  bio_policy: 'content_policy',
  image_content_policy_violation: 'content_policy',
  data_inspection_failed: 'content_policy',
  datainspectionfailed: 'content_policy',

  model_not_found: 'model_not_found',
  model_not_available: 'model_not_found',
  invalid_model: 'model_not_found',
  'invalidendpointormodel.notfound': 'model_not_found',

  invalid_api_key: 'auth',
  api_key_invalid: 'auth',
  authentication_error: 'auth',
  permission_error: 'permission',

  rate_limit_exceeded: 'rate_limited',
  rate_limit_error: 'rate_limited',
};

function classOfCodes({ codes }: ErrorEnvelope, status: number | undefined): FailureClass | undefined {
  return codes.map((code) => classOfCode(code, status)).find((failureClass) => failureClass !== undefined);
}

function classOfCode(code: string, status: number | undefined): FailureClass | undefined {
  const named = ownValue(CODES, code) ?? ownValue(VENDOR_CODES, code) ?? classOfNumber(code, status);
  return named ?? CODE_FAMILIES.find(([pattern]) => pattern.test(code))?.[1];
}

/** Types that repeat what a status would say; they decide only where there is none. */
const TYPES: { readonly [type: string]: FailureClass } = {
  invalid_request_error: 'invalid_request',
  invalid_request: 'invalid_request',
  not_found_error: 'model_not_found',
  timeout_error: 'timeout_total',
  modeltimeoutexception: 'timeout_total',
  validationexception: 'invalid_request',
  tokens: 'rate_limited',
  requests: 'rate_limited',
  'throttling.ratequota': 'rate_limited',
  // OpenAI's Responses API tells of an image that it cannot read within the answer (ResponseErrorCode).
  ...Object.fromEntries(
    [
      ...['invalid_image', 'invalid_image_format', 'invalid_base64_image', 'invalid_image_url', 'invalid_image_mode'],
      ...['image_too_large', 'image_too_small', 'image_parse_error', 'image_file_too_large', 'image_file_not_found'],
      ...['unsupported_image_media_type', 'empty_image_file', 'failed_to_download_image'],
    ].map((code) => [code, 'invalid_request'] as const),
  ),
};

function classOfTypes({ codes }: ErrorEnvelope): FailureClass {
  return codes.map((code) => ownValue(TYPES, code)).find((found) => found !== undefined) ?? 'vendor_error';
}

/** A code such as `constructor` must not find what every object inherits. */
function ownValue(table: { readonly [code: string]: FailureClass }, code: string): FailureClass | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}

const STATUSES: { readonly [status: number]: FailureClass } = {
  401: 'auth',
  402: 'quota_exhausted',
  403: 'permission',
  404: 'model_not_found',
  413: 'request_too_large',
  429: 'rate_limited',
  // Groq: flex capacity exceeded.
  498: 'overloaded',
  503: 'overloaded',
  529: 'overloaded',
  // The vendor, or a proxy before it, gave up waiting before any of the answer was there.
  408: 'timeout_first_token',
  504: 'timeout_first_token',
  524: 'timeout_first_token',
  // Google: its own side cancelled the operation.
  499: 'vendor_error',
};

function classOfStatus(status: number): FailureClass {
  const known = STATUSES[status];
  if (known !== undefined) return known;
  if (status >= 500) return 'vendor_error';
  if (status >= 400) return 'invalid_request';
  // A redirect is not followed, because our credential would go along; as an answer it is none of the vendor's format.
  return 'bad_response';
}

function vendorCodeOf({ codes }: ErrorEnvelope, status: number | undefined): { readonly vendorCode?: string } {
  // OpenRouter, Azure and Perplexity repeat the status as the code, which says nothing.
  const code = codes.find((candidate) => candidate !== String(status));
  return code === undefined ? {} : { vendorCode: code };
}

function detailOf({ message, param }: ErrorEnvelope, otherwise: string): FailureDetail {
  return { message: (message ?? otherwise).slice(0, MAX_MESSAGE_LENGTH), ...(param !== undefined && { param }) };
}

/**
 * `retry-after-ms` where it is a number, else `retry-after`: seconds or an HTTP date. What is neither is ignored, and so are 0 ms
 * beside a wait: Azure sends `retry-after: 1` with them.
 */
function readRetryAfterMs(headers: HttpFailure['headers'], nowMs: number): number | undefined {
  const exactMs = readDecimal(headers['retry-after-ms'], 1);
  const coarseMs = readDecimal(headers['retry-after'], 1000) ?? readDate(headers['retry-after'], nowMs);
  return withinADay(exactMs === 0 ? (coarseMs ?? 0) : (exactMs ?? coarseMs));
}

function withinADay(waitMs: number | undefined): number | undefined {
  return waitMs === undefined ? undefined : Math.min(Math.max(Math.ceil(waitMs), 0), MAX_RETRY_AFTER_MS);
}

function readDecimal(text: string | undefined, factor: number): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^\d{1,15}(\.\d{1,15})?$/.test(trimmed) ? Number(trimmed) * factor : undefined;
}

/** IMF-fixdate (RFC 9110, section 5.6.7), the one form that senders may use. `Date.parse` alone would take `foo 1`. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

function readDate(text: string | undefined, nowMs: number): number | undefined {
  const trimmed = text?.trim() ?? '';
  const dateMs = HTTP_DATE.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : dateMs - nowMs;
}
