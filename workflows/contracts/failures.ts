/** Why an attempt at a vendor did not answer. Closed: every member has a declared move in `workflows/domain/failure-moves.ts`. */
export type FailureClass =
  | 'rate_limited' /** 429 that passes with time. */
  | 'quota_exhausted' /** 400, 402, 403 or 429 that does not: the vendor account is out of credit, overdue, or at the end of its plan. */
  | 'overloaded' /** 503, 529. */
  | 'vendor_error' /** Other 5xx. */
  | 'timeout_first_token'
  | 'timeout_total'
  | 'connection' /** Refused, reset or unresolvable before any byte of the answer. */
  | 'cut' /** The stream ended without its end marker, or the connection broke in the middle. */
  | 'bad_response' /** Bytes that are not the vendor's format. */
  | 'auth' /** Our credential is refused. */
  | 'permission'
  | 'model_not_found'
  | 'invalid_request'
  | 'context_length'
  | 'content_policy'
  | 'request_too_large'
  | 'cancelled' /** The caller left, or asked to stop. */
  | 'slow_reader' /** The caller read too slowly for too long. */
  | 'lease_lapsed' /** The process that was sending died: the vendor may have answered and charged. */
  | 'content_gone' /** The request's content was lost with the process or database that held it. */
  | 'store_unavailable' /** The object store, where files of the request rest, is away: nothing whole was sent. */
  | 'internal';

/** What a workflow may know of a failure: never a message, because vendors echo prompts in theirs. */
export interface AttemptFailure {
  readonly class: FailureClass;
  readonly httpStatus?: number;
  /** The vendor's machine-readable code, `[a-z0-9_.-]{1,64}` only, for example `insufficient_quota`. */
  readonly vendorCode?: string;
  /** Milliseconds the vendor asked us to wait, from `retry-after-ms` or `retry-after`. */
  readonly retryAfterMs?: number;
  /** The vendor has taken on paid work for it, and may have done it: nobody is handed the same work again. */
  readonly taken?: true;
}

/** What the caller is told of a failure besides its class; stays in the reply channel. */
export interface FailureDetail {
  readonly message: string;
  readonly param?: string;
  /** All attempts of the request in order, where its last one failed and nobody answered. */
  readonly attempts?: readonly FailedAttempt[];
}

/** Who was asked, and why that brought no answer; no content. */
export interface FailedAttempt {
  readonly offerId: string;
  readonly vendor: string;
  readonly failure: AttemptFailure;
}
