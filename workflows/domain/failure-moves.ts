import type { FailureClass } from '../contracts/failures.js';

/** What may be tried after a failure of this class. */
export interface FailureMove {
  /** Whether a candidate that was not tried yet may do better. */
  readonly otherCandidate: boolean;
  /** How often the last candidate may be asked again, where none is left to turn to. */
  readonly retries: number;
}

const NOBODY_HELPS: FailureMove = { otherCandidate: false, retries: 0 };
const ONLY_ANOTHER: FailureMove = { otherCandidate: true, retries: 0 };
const ANOTHER_OR_LATER: FailureMove = { otherCandidate: true, retries: 2 };
const ANOTHER_OR_ONCE_MORE: FailureMove = { otherCandidate: true, retries: 1 };

/** The move for each class; a class without a row does not compile. */
export const FAILURE_MOVES: { readonly [K in FailureClass]: FailureMove } = {
  // These pass with time.
  rate_limited: ANOTHER_OR_LATER,
  overloaded: ANOTHER_OR_LATER,
  vendor_error: ANOTHER_OR_LATER,
  connection: ANOTHER_OR_LATER,
  // Nothing of the answer went out. Once more is enough: a vendor that garbles twice will do so again.
  cut: ANOTHER_OR_ONCE_MORE,
  bad_response: ANOTHER_OR_ONCE_MORE,
  // The caller has waited for a whole deadline already, and the vendor may have worked for it: not twice at the same.
  timeout_first_token: ONLY_ANOTHER,
  timeout_total: ONLY_ANOTHER,
  // Lasting states of our account at one vendor, or limits of one model.
  quota_exhausted: ONLY_ANOTHER,
  auth: ONLY_ANOTHER,
  permission: ONLY_ANOTHER,
  model_not_found: ONLY_ANOTHER,
  context_length: ONLY_ANOTHER,
  // The request itself is at fault, or its content: the next vendor would say the same, or be shopped for.
  invalid_request: NOBODY_HELPS,
  content_policy: NOBODY_HELPS,
  request_too_large: NOBODY_HELPS,
  // The request was stopped, or cannot be sent any more.
  cancelled: NOBODY_HELPS,
  slow_reader: NOBODY_HELPS,
  content_gone: NOBODY_HELPS,
  // The vendor may have answered and charged: a second call is a matter of the crash policy, never of this table.
  lease_lapsed: NOBODY_HELPS,
  internal: NOBODY_HELPS,
};
