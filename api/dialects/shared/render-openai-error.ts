import type { AttemptFailure, FailureDetail } from '../../../workflows/contracts/failures.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary, GatewayRefusal } from '../../../workflows/contracts/reply.js';
import type { RenderedError } from '../../http/rendered-error.js';
import { toUsd } from '../../usd.js';
import type { RequestError } from '../../http/describe-issue.js';
import type { FailedEvent } from '../../requests/answer-renderer.js';
import { mayPass, refusalOfAll, renderAttempts } from './failed-attempts.js';
import { FAILURE_ROWS } from './failure-rows.js';
import { refusalRow } from './refusal-rows.js';

export type { RenderedError };

/** A body that `parseChatRequest` did not accept: always 400. */
export function renderRequestError({ message, param, code }: RequestError): RenderedError {
  return { status: 400, headers: toHeaders(false), body: envelope(message, 'invalid_request_error', param, code) };
}

/** The gateway's own refusal. A 402's figures (`needed_usd`, `available_usd`, …) stand beside the message. */
export function renderRefusal({
  code,
  message,
  param,
  retryAfterMs,
  limitedBy,
  details,
}: GatewayRefusal): RenderedError {
  const row = refusalRow(code);
  return {
    status: row.status,
    headers: toHeaders(row.retryable, retryAfterMs),
    body: envelope(message || row.message, limitedBy ?? row.openaiType, param ?? null, code, details),
  };
}

/** Why there is no answer, or no more of it. */
export function renderFailed(event: FailedEvent): RenderedError {
  return event.type === 'failed'
    ? renderFailure(event.failure, event.detail, event.summary)
    : renderRefusal(event.refusal);
}

/**
 * A vendor's failure: its words where they are about the caller's request, ours where they are about our account. What the
 * caller pays in spite of it stands beside the message as `cost_usd`.
 */
export function renderFailure(failure: AttemptFailure, detail: FailureDetail, summary?: AnswerSummary): RenderedError {
  const all = refusalOfAll(failure, detail);
  if (all) return renderAllFailed(all, detail);
  const row = FAILURE_ROWS[failure.class];
  const message = row.vendorWords && detail.message !== '' ? detail.message : row.message;
  const code = failure.class === 'invalid_request' ? (failure.vendorCode ?? row.code) : row.code;
  const param = row.vendorWords ? (detail.param ?? null) : null;
  const charge = summary?.chargeNanoUsd ?? '0';
  const details = { ...(charge !== '0' && { cost_usd: toUsd(charge) }), ...renderAttempts(detail) };
  return {
    status: row.status,
    headers: toHeaders(row.retryable, failure.retryAfterMs),
    body: envelope(message, row.type, param, code, details),
  };
}

function renderAllFailed(all: GatewayRefusal, detail: FailureDetail): RenderedError {
  const { status, openaiType } = refusalRow(all.code);
  return {
    status,
    headers: toHeaders(mayPass(detail), all.retryAfterMs),
    body: envelope(all.message, openaiType, null, all.code, renderAttempts(detail)),
  };
}

function envelope(
  message: string,
  type: string,
  param: string | null,
  code: string,
  details: JsonObject = {},
): JsonObject {
  return { error: { ...details, message, type, param, code } };
}

function toHeaders(retryable: boolean, retryAfterMs?: number): RenderedError['headers'] {
  return {
    'x-should-retry': String(retryable),
    ...(retryAfterMs !== undefined && {
      'retry-after': String(Math.ceil(retryAfterMs / 1000)),
      'retry-after-ms': String(Math.ceil(retryAfterMs)),
    }),
  };
}
