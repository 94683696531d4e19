import type { FailureClass } from '../../contracts/failures.js';

/**
 * Whose fault a failure is. `vendor`: the way to it is broken or crowded, which passes. `lasting`: our credential, account or
 * model there, which somebody has to mend. `nobody`: the request or its caller, which says nothing about the vendor.
 */
export type Fault = 'vendor' | 'lasting' | 'nobody';

/** A class without a row does not compile. */
const FAULTS: { readonly [C in FailureClass]: Fault } = {
  rate_limited: 'vendor',
  overloaded: 'vendor',
  vendor_error: 'vendor',
  timeout_first_token: 'vendor',
  timeout_total: 'vendor',
  connection: 'vendor',
  cut: 'vendor',
  bad_response: 'vendor',

  quota_exhausted: 'lasting',
  auth: 'lasting',
  permission: 'lasting',
  // The name is the catalogue's, never the caller's: the vendor has retired the model, or does not sell it to this account.
  model_not_found: 'lasting',

  invalid_request: 'nobody',
  context_length: 'nobody',
  content_policy: 'nobody',
  request_too_large: 'nobody',
  cancelled: 'nobody',
  slow_reader: 'nobody',
  lease_lapsed: 'nobody',
  content_gone: 'nobody',
  store_unavailable: 'nobody',
  internal: 'nobody',
};

export function faultOf(failure: FailureClass): Fault {
  return FAULTS[failure];
}
