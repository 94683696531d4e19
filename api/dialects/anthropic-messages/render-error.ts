import type { AttemptFailure, FailureDetail } from '../../../workflows/contracts/failures.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary, GatewayRefusal } from '../../../workflows/contracts/reply.js';
import { gatewayError } from '../../../workflows/domain/errors.js';
import { mayPass, refusalOfAll, renderAttempts } from '../shared/failed-attempts.js';
import type { RenderedError } from '../../http/rendered-error.js';
import { toUsd } from '../../usd.js';
import { FAILURE_ROWS } from './failure-rows.js';
import { asObject } from './json-fields.js';
import { printable } from './request-error.js';
import type { RequestError } from './request-error.js';

/** The dialect's words for a status (https://platform.claude.com/docs/en/api/errors); every other is its `api_error`. */
const TYPES: { readonly [status: number]: string } = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
};

/** A body that `parseMessagesRequest` did not accept: always 400. */
export function renderRequestError({ message, details }: RequestError, requestId: string): RenderedError {
  return {
    status: 400,
    headers: toHeaders(requestId, false),
    body: envelope('invalid_request_error', message, requestId, details && { details }),
  };
}

/** The gateway's own refusal. A 402's figures (`needed_usd`, `available_usd`, …) stand beside the message. */
export function renderRefusal(refusal: GatewayRefusal, requestId: string): RenderedError {
  const { code, message, param, retryAfterMs, details } = refusal;
  const row = gatewayError(code);
  const type = TYPES[row.status] ?? (row.status < 500 ? 'invalid_request_error' : 'api_error');
  const words = message || row.message;
  return {
    status: row.status,
    headers: toHeaders(requestId, row.retryable, retryAfterMs),
    body: envelope(type, param === undefined ? words : `${toPath(param)}: ${words}`, requestId, details),
  };
}

/**
 * A vendor's failure: its words where they are about the caller's request, ours where they are about our account. What the
 * caller pays in spite of it stands beside the message as `cost_usd`.
 */
export function renderFailure(
  failure: AttemptFailure,
  detail: FailureDetail,
  requestId: string,
  summary?: AnswerSummary,
): RenderedError {
  const attempts = renderAttempts(detail);
  const all = refusalOfAll(failure, detail);
  if (all) {
    const { status, headers, body } = renderRefusal(all, requestId);
    const error = { ...attempts, ...asObject(body['error']) };
    return { status, headers: { ...headers, 'x-should-retry': String(mayPass(detail)) }, body: { ...body, error } };
  }
  const row = FAILURE_ROWS[failure.class];
  const message = row.vendorWords && detail.message !== '' ? detail.message : row.message;
  const charge = summary?.chargeNanoUsd ?? '0';
  return {
    status: row.status,
    headers: toHeaders(requestId, row.retryable, failure.retryAfterMs),
    body: envelope(row.type, message, requestId, { ...attempts, ...(charge !== '0' && { cost_usd: toUsd(charge) }) }),
  };
}

/** `{type: "error", error: {type, message}, request_id}`, which is also the body of a stream's `error` event. */
function envelope(type: string, message: string, requestId: string, details: JsonObject = {}): JsonObject {
  return { type: 'error', error: { ...details, type, message }, request_id: requestId };
}

function toHeaders(requestId: string, retryable: boolean, retryAfterMs?: number): RenderedError['headers'] {
  return {
    'request-id': requestId,
    'x-should-retry': String(retryable),
    ...(retryAfterMs !== undefined && {
      'retry-after': String(Math.ceil(retryAfterMs / 1000)),
      'retry-after-ms': String(Math.ceil(retryAfterMs)),
    }),
  };
}

/** The gateway writes `models[0]`, the dialect `models.0`. */
function toPath(param: string): string {
  return printable(param.replaceAll(/\[(\d+)\]/g, '.$1'));
}
