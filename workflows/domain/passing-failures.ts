import type { FailureClass } from '../contracts/failures.js';

/** Failures of a question that say nothing of the job that it is about: it goes on, and is asked about again. */
export const PASSING_FAILURES: ReadonlySet<FailureClass> = new Set<FailureClass>([
  ...(['rate_limited', 'overloaded', 'vendor_error', 'connection', 'cut', 'bad_response'] as const),
  'timeout_first_token',
]);
