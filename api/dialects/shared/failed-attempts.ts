import type {
  AttemptFailure,
  FailedAttempt,
  FailureClass,
  FailureDetail,
} from '../../../workflows/contracts/failures.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { GatewayRefusal } from '../../../workflows/contracts/reply.js';
import { faultOf } from '../../../workflows/domain/health/fault.js';
import { FAILURE_ROWS } from './failure-rows.js';

/** `metadata.attempts` of an error: every attempt that was made, in order, by what was asked and why it failed. */
export function renderAttempts({ attempts = [] }: FailureDetail): { readonly metadata?: JsonObject } {
  if (attempts.length === 0) return {};
  return { metadata: { attempts: attempts.map(renderAttempt) } };
}

function renderAttempt({ offerId, vendor, failure }: FailedAttempt): JsonObject {
  return {
    model: offerId,
    provider: vendor,
    code: codeOf(failure.class),
    ...(failure.httpStatus !== undefined && { status: failure.httpStatus }),
    ...(failure.retryAfterMs !== undefined && { retry_after_ms: Math.ceil(failure.retryAfterMs) }),
  };
}

/** Whether any of the attempts may well succeed if it is made again. */
export function mayPass({ attempts = [] }: FailureDetail): boolean {
  return attempts.some(({ failure }) => FAILURE_ROWS[failure.class].retryable);
}

/**
 * What to tell where several offers were asked and each failed by no fault of the request's: that they all did, because the
 * last one's reason alone would mislead. Undefined in every other case.
 */
export function refusalOfAll(failure: AttemptFailure, { attempts = [] }: FailureDetail): GatewayRefusal | undefined {
  const last = new Map(attempts.map((attempt) => [attempt.offerId, attempt.failure]));
  if (last.size < 2 || faultOf(failure.class) === 'nobody') return undefined;
  const reasons = [...last].map(([offerId, why]) => `${offerId} (${codeOf(why.class)})`);
  const waits = [...last.values()].flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  const message = `None of ${last.size} offers answered: ${reasons.join(', ')}. Send again later, or name another model.`;
  // Only where each of them asks for a wait is it of any use to wait for the shortest.
  const retryAfterMs = waits.length === last.size ? Math.min(...waits) : undefined;
  return { code: 'no_vendor_answered', message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function codeOf(failure: FailureClass): string {
  return FAILURE_ROWS[failure].code;
}
