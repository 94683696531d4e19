import type { AttemptFailure } from '../../../../workflows/contracts/failures.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import type { BatchedResult, VendorBatchState } from '../../port.js';

/** OpenAI's codes for why a whole batch, or a line of it, was not run; other codes are a fault of the vendor's. */
const FAILURES: { readonly [code: string]: AttemptFailure | undefined } = {
  // "Enqueued token limit reached": the organisation has too much in batches of this model.
  token_limit_exceeded: { class: 'rate_limited' },
  billing_hard_limit_reached: { class: 'quota_exhausted' },
  insufficient_quota: { class: 'quota_exhausted' },
  batch_expired: { class: 'timeout_total' },
  batch_cancelled: { class: 'cancelled' },
};

const AT_FAULT: AttemptFailure = { class: 'vendor_error' };

/** `Batch` (OpenAI's OpenAPI, `GET /batches/{batch_id}`). An end whose lines were not all run still has files. */
export function fromOpenAiBatch(batch: JsonObject): VendorBatchState {
  const results = [batch['output_file_id'], batch['error_file_id']].flatMap((id) =>
    typeof id === 'string' ? [id] : [],
  );
  // Azure has written them with capitals.
  switch (asText(batch['status'])?.toLowerCase()) {
    case 'completed':
      return { status: 'ended', results, missing: AT_FAULT };
    case 'failed':
      return { status: 'ended', results, missing: failureOf(firstErrorOf(batch)) };
    case 'expired':
      return { status: 'ended', results, missing: { class: 'timeout_total' } };
    case 'cancelled':
      return { status: 'ended', results, missing: { class: 'cancelled' } };
    default:
      return { status: 'running' };
  }
}

/** `OpenAIFile` that no batch can be made of yet. OpenAI's own are `processed` at once; Azure says these for a while. */
export function isFilePending(file: JsonObject): boolean {
  return ['pending', 'running', 'notrunning', 'uploading'].includes(asText(file['status'])?.toLowerCase() ?? '');
}

function firstErrorOf(batch: JsonObject): string | undefined {
  return asText(asObjects(asObject(batch['errors'])?.['data'])[0]?.['code']);
}

function failureOf(code: string | undefined): AttemptFailure {
  return (code !== undefined && Object.hasOwn(FAILURES, code) && FAILURES[code]) || AT_FAULT;
}

/** `BatchRequestOutput`: a line of the output or the error file. */
export function fromOpenAiBatchLine(line: JsonObject): BatchedResult {
  const customId = asText(line['custom_id']);
  if (customId === undefined) throw badResponse('The vendor sent an answer to nobody.');
  const response = asObject(line['response']);
  const status = response?.['status_code'];
  if (response === undefined || typeof status !== 'number') {
    return { customId, failure: failureOf(asText(asObject(line['error'])?.['code'])) };
  }
  const requestId = asText(response['request_id']);
  const answer = { status, body: bodyOf(response), ...(requestId !== undefined && { requestId }) };
  return { customId, answer };
}

/** Voyage's lines of errors have a message in place of a body (https://docs.voyageai.com/docs/batch-inference). */
function bodyOf({ body, message }: JsonObject): Json {
  return body ?? (message === undefined ? null : { message });
}
