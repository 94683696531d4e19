import type { FailureClass } from '../contracts/failures.js';

/** What may be tried after a failure of this class. */
export interface FailureMove {
  /** Whether a candidate that was not tried yet may do better: true where any of the four below is. */
  readonly otherCandidate: boolean;
  /** How often the last candidate may be asked again, where none is left to turn to. */
  readonly retries: number;
  /** Whether the same offer may do better through another credential of its vendor. */
  readonly otherCredential: boolean;
  /** Whether the same model may do better in another region of the same vendor. */
  readonly otherRegion: boolean;
  /** Whether the same model may do better at another vendor. */
  readonly otherVendor: boolean;
  /** Whether another model may do better, even one of the same vendor. */
  readonly otherModel: boolean;
}

const NOBODY_HELPS: FailureMove = {
  otherCandidate: false,
  retries: 0,
  otherCredential: false,
  otherRegion: false,
  otherVendor: false,
  otherModel: false,
};

/** A vendor's trouble with a model in a place, which no credential of ours changes. */
const ELSEWHERE = {
  otherCandidate: true,
  otherCredential: false,
  otherRegion: true,
  otherVendor: true,
  otherModel: true,
} as const;

/** A lasting state of our account at a vendor, which is the same in all its regions and for all its models. */
const ANOTHER_ACCOUNT: FailureMove = {
  otherCandidate: true,
  retries: 0,
  otherCredential: true,
  otherRegion: false,
  otherVendor: true,
  otherModel: false,
};

/** What one account has and another has not, and one region or model without the others. */
const ANYTHING_ELSE: FailureMove = { ...ELSEWHERE, otherCredential: true, retries: 0 };

/** The move for each class; a class without a row does not compile. */
export const FAILURE_MOVES: { readonly [K in FailureClass]: FailureMove } = {
  // These pass with time. Rates are limited by account, by region and by model; load is the vendor's.
  rate_limited: { ...ANYTHING_ELSE, retries: 2 },
  overloaded: { ...ELSEWHERE, retries: 2 },
  vendor_error: { ...ELSEWHERE, retries: 2 },
  // Another model of the same vendor in the same region is at the address that cannot be reached.
  connection: { ...ELSEWHERE, otherModel: false, retries: 2 },
  // Nothing of the answer went out. Once more is enough: a vendor that garbles twice will do so again.
  cut: { ...ELSEWHERE, retries: 1 },
  bad_response: { ...ELSEWHERE, retries: 1 },
  // The caller has waited for a whole deadline already, and the vendor may have worked for it: not twice at the same.
  timeout_first_token: { ...ELSEWHERE, retries: 0 },
  timeout_total: { ...ELSEWHERE, retries: 0 },
  quota_exhausted: ANOTHER_ACCOUNT,
  auth: ANOTHER_ACCOUNT,
  permission: ANYTHING_ELSE,
  // "Does not exist or you do not have access to it", say several vendors in one breath.
  model_not_found: ANYTHING_ELSE,
  // The limit of one model, wherever it runs; vendors whose window is smaller were left out of the plan.
  context_length: { ...NOBODY_HELPS, otherCandidate: true, otherModel: true },
  // The request itself is at fault, or its content: the next vendor would say the same, or be shopped for.
  invalid_request: NOBODY_HELPS,
  content_policy: NOBODY_HELPS,
  request_too_large: NOBODY_HELPS,
  // The request was stopped, or cannot be sent any more.
  cancelled: NOBODY_HELPS,
  slow_reader: NOBODY_HELPS,
  content_gone: NOBODY_HELPS,
  // Of ours: whoever is asked next has its files from the same store, which may be back by then.
  store_unavailable: { ...NOBODY_HELPS, retries: 2 },
  // The vendor may have answered and charged: a second call is a matter of the crash policy, never of this table.
  lease_lapsed: NOBODY_HELPS,
  internal: NOBODY_HELPS,
};
