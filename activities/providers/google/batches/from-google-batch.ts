import type { AttemptFailure } from '../../../../workflows/contracts/failures.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asNumber, asObject, asText } from '../../json-fields.js';
import type { BatchedResult, VendorBatchState } from '../../port.js';

const AT_FAULT: AttemptFailure = { class: 'vendor_error' };

/**
 * The operation that a batch is (https://ai.google.dev/api/batch-api). Its states are `BATCH_STATE_…` on the wire and
 * `JOB_STATE_…` in the guide.
 */
export function fromGoogleBatch(operation: JsonObject): VendorBatchState {
  const results = resultsOf(operation);
  const state = asText(asObject(operation['metadata'])?.['state']) ?? '';
  switch (state.replace(/^(BATCH|JOB)_STATE_/, '')) {
    case 'SUCCEEDED':
    case 'PARTIALLY_SUCCEEDED':
      // What has succeeded may be told before its file is there.
      if (results.length === 0 && operation['done'] !== true) return { status: 'running' };
      return { status: 'ended', results, missing: AT_FAULT };
    case 'FAILED':
      return { status: 'ended', results, missing: failureOf(asObject(operation['error'])) };
    case 'EXPIRED':
      return { status: 'ended', results, missing: { class: 'timeout_total' } };
    case 'CANCELLED':
      return { status: 'ended', results, missing: { class: 'cancelled' } };
    default:
      return { status: 'running' };
  }
}

/** The name of the file of answers, where there is one. */
function resultsOf({ response, metadata }: JsonObject): readonly string[] {
  const file = [asObject(response), asObject(asObject(metadata)?.['output'])]
    .map((output) => asText(output?.['responsesFile']))
    .find((name) => name !== undefined);
  return file === undefined ? [] : [file];
}

/** Of a whole batch: too much in its queue, or anything that its lines alone need not meet. */
function failureOf(error: JsonObject | undefined): AttemptFailure {
  return asNumber(error?.['code']) === RESOURCE_EXHAUSTED ? { class: 'rate_limited' } : AT_FAULT;
}

const CANCELLED = 1;
const RESOURCE_EXHAUSTED = 8;

/** `google.rpc.Code` by its numbers, with the HTTP statuses that its own description maps it to (google/rpc/code.proto). */
const RPC_CODES: { readonly [code: number]: readonly [name: string, status: number] | undefined } = {
  2: ['UNKNOWN', 500],
  3: ['INVALID_ARGUMENT', 400],
  4: ['DEADLINE_EXCEEDED', 504],
  5: ['NOT_FOUND', 404],
  6: ['ALREADY_EXISTS', 409],
  7: ['PERMISSION_DENIED', 403],
  [RESOURCE_EXHAUSTED]: ['RESOURCE_EXHAUSTED', 429],
  9: ['FAILED_PRECONDITION', 400],
  10: ['ABORTED', 409],
  11: ['OUT_OF_RANGE', 400],
  12: ['UNIMPLEMENTED', 501],
  13: ['INTERNAL', 500],
  14: ['UNAVAILABLE', 503],
  15: ['DATA_LOSS', 500],
  16: ['UNAUTHENTICATED', 401],
};

/**
 * A line of the file of answers: `{"key", "response"}` with a `GenerateContentResponse`, or a `google.rpc.Status` in place of it,
 * whose code is a number of `google.rpc.Code` or a status of HTTP.
 */
export function fromGoogleBatchLine(line: JsonObject): BatchedResult {
  const customId = asText(line['key']);
  if (customId === undefined) throw badResponse('The vendor sent an answer to nobody.');
  const response = asObject(line['response']);
  if (response !== undefined) return { customId, answer: { status: 200, body: response } };
  const error = asObject(line['error']) ?? asObject(line['status']);
  if (error === undefined) return { customId, failure: { class: 'bad_response' } };
  const code = asNumber(error['code']) ?? 0;
  // It was not run, because the batch was stopped before; no refusal of what it asks.
  if (code === CANCELLED || code === 499) return { customId, failure: { class: 'cancelled' } };
  const [name, status] = RPC_CODES[code] ?? [undefined, code >= 400 && code < 600 ? code : 500];
  return { customId, answer: { status, body: { error: { status: name ?? null, ...error, code: status } } } };
}
