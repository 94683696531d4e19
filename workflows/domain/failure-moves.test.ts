import { expect, it } from 'vitest';
import type { FailureClass } from '../contracts/failures.js';
import { FAILURE_MOVES } from './failure-moves.js';

/** What may help besides waiting: another credential (c), region (r), vendor (v) or model (m). */
const HELP: { readonly [K in FailureClass]: string } = {
  rate_limited: 'crvm',
  quota_exhausted: 'cv',
  overloaded: 'rvm',
  vendor_error: 'rvm',
  timeout_first_token: 'rvm',
  timeout_total: 'rvm',
  connection: 'rv',
  cut: 'rvm',
  bad_response: 'rvm',
  auth: 'cv',
  permission: 'crvm',
  model_not_found: 'crvm',
  invalid_request: '',
  context_length: 'm',
  content_policy: '',
  request_too_large: '',
  cancelled: '',
  slow_reader: '',
  lease_lapsed: '',
  content_gone: '',
  store_unavailable: '',
  internal: '',
};

it.each(Object.entries(HELP))('after %s, what may help is %j', (name, expected) => {
  const move = FAILURE_MOVES[name as FailureClass];
  const { otherCredential, otherRegion, otherVendor, otherModel } = move;
  const help = [otherCredential && 'c', otherRegion && 'r', otherVendor && 'v', otherModel && 'm'];
  expect(help.filter(Boolean).join('')).toBe(expected);
  // Recorded histories were decided by this alone.
  expect(move.otherCandidate).toBe(expected !== '');
});
