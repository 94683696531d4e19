import type { FailureClass } from '../../../workflows/contracts/failures.js';

/** How a vendor's failure is told in this dialect. */
export interface FailureRow {
  readonly status: number;
  /** OpenAI's `error.type`. */
  readonly type: string;
  readonly code: string;
  readonly message: string;
  /** Whether the same request may well succeed if it is sent again. */
  readonly retryable: boolean;
  /** Whether the vendor's own words are about the caller's request, and so are for the caller to read. */
  readonly vendorWords: boolean;
}

function ours(status: number, code: string, retryable: boolean, message: string, type = 'server_error'): FailureRow {
  return { status, type, code, message, retryable, vendorWords: false };
}

function callers(status: number, code: string, message: string): FailureRow {
  return { status, type: 'invalid_request_error', code, message, retryable: false, vendorWords: true };
}

/**
 * The vendor's words about our account (its credential, credit, permissions) are not shown: they name the account and part
 * of the key, and the caller can do nothing about them.
 */
export const FAILURE_ROWS: { readonly [C in FailureClass]: FailureRow } = {
  rate_limited: ours(
    429,
    'rate_limit_exceeded',
    true,
    'The vendor limits the rate of requests. Wait, then send again.',
    'requests',
  ),
  quota_exhausted: ours(
    503,
    'vendor_quota_exhausted',
    false,
    "The gateway's account at the vendor is out of credit. Tell the operator, or name another model.",
  ),
  overloaded: ours(
    503,
    'vendor_overloaded',
    true,
    'The vendor is overloaded. Wait, then send again, or name another model.',
  ),
  vendor_error: ours(502, 'vendor_error', true, 'The vendor failed to answer. Send again, or name another model.'),
  timeout_first_token: ours(504, 'vendor_timeout', true, 'The vendor did not begin to answer in time.'),
  timeout_total: ours(504, 'vendor_timeout', true, 'The vendor did not finish its answer in time.'),
  connection: ours(502, 'vendor_unreachable', true, 'The vendor could not be reached.'),
  cut: ours(502, 'stream_cut', true, "The vendor's answer broke off before its end; what came so far is incomplete."),
  bad_response: ours(502, 'vendor_bad_response', true, 'The vendor answered in a form that is not its own.'),
  auth: ours(
    502,
    'vendor_credential_refused',
    false,
    "The vendor refused the credential. Replace it where it is your organisation's own, else tell the operator.",
  ),
  permission: ours(
    502,
    'vendor_permission_denied',
    false,
    "The gateway's account may not do this at the vendor. Tell the operator.",
  ),
  model_not_found: { ...callers(404, 'model_not_found', 'The vendor does not have this model.'), vendorWords: true },
  invalid_request: callers(400, 'invalid_request', 'The vendor refused the request as invalid.'),
  context_length: callers(400, 'context_length_exceeded', "The request is longer than the model's context window."),
  content_policy: callers(400, 'content_policy_violation', "The request violates the vendor's content policy."),
  request_too_large: callers(413, 'request_too_large', 'The request is larger than the vendor takes.'),
  cancelled: ours(499, 'cancelled', false, 'The request was cancelled.', 'invalid_request_error'),
  slow_reader: ours(
    408,
    'slow_reader',
    false,
    'The answer was read too slowly and was ended.',
    'invalid_request_error',
  ),
  lease_lapsed: ours(
    502,
    'outcome_unknown',
    false,
    'The process that served this request died, or lost sight of what it had handed in; the vendor may have answered. What it produced is charged.',
  ),
  content_gone: ours(
    503,
    'content_gone',
    true,
    "The request's content was lost before it was sent. Nothing was charged; send again.",
  ),
  store_unavailable: ours(
    503,
    'unavailable',
    true,
    "The gateway's object store, where files of the request rest, cannot be reached. Nothing was charged; send again in a moment.",
  ),
  internal: ours(500, 'internal_error', true, 'The gateway failed. Send again; the request id finds the cause.'),
};
