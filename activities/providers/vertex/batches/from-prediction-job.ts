import type { AttemptFailure } from '../../../../workflows/contracts/failures.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asNumber, asObject, asText, isArray } from '../../json-fields.js';
import type { BatchedResult } from '../../port.js';
import { LINE_LABEL } from './to-prediction-job.js';

/** Why a line of a job that has ended may have no answer; a state that is not here has more to come (`BatchPredictionJob.state`). */
const MISSING: { readonly [state: string]: AttemptFailure | undefined } = {
  JOB_STATE_SUCCEEDED: { class: 'vendor_error' },
  JOB_STATE_PARTIALLY_SUCCEEDED: { class: 'vendor_error' },
  JOB_STATE_FAILED: { class: 'vendor_error' },
  JOB_STATE_EXPIRED: { class: 'timeout_total' },
  JOB_STATE_CANCELLED: { class: 'cancelled' },
};

/** How a job stands: nothing while it goes on, else why lines are missing, and where the others are, if any are. */
export function fromPredictionJob(
  job: JsonObject,
): { readonly missing: AttemptFailure; readonly output?: string } | undefined {
  const state = asText(job['state']) ?? '';
  const missing = Object.hasOwn(MISSING, state) ? MISSING[state] : undefined;
  const output = asText(asObject(job['outputInfo'])?.['gcsOutputDirectory']);
  return missing && { missing, ...(output !== undefined && { output }) };
}

/** The statuses of Google's codes (https://cloud.google.com/apis/design/errors#handling_errors). */
const STATUSES: { readonly [code: number]: number | undefined } = {
  ...{ 3: 400, 5: 404, 7: 403, 8: 429, 9: 400, 11: 400, 13: 500, 14: 503, 16: 401 },
};

/**
 * A line of the output: the request, and a `response` or a `status` that says why there is none. Nothing where it says of no line whose
 * it is, which then has none.
 */
export function fromOutputLine(line: JsonObject): BatchedResult | undefined {
  const labelled = asObject(asObject(line['request'])?.['labels'])?.[LINE_LABEL];
  const customId = asText(line['custom_id']) ?? asText(line['key']) ?? asText(labelled);
  if (customId === undefined) return undefined;
  const response = asObject(line['response']);
  const isAnswer = response !== undefined && Object.keys(response).length > 0;
  // Claude's errors are responses of that type.
  if (isAnswer && response['type'] !== 'error') {
    return hasAskedSize(line, response)
      ? { customId, answer: { status: 200, body: response } }
      : { customId, failure: { class: 'bad_response' } };
  }
  const error = isAnswer ? response : errorOf(line['status'] ?? line['error']);
  const status = error && statusOf(error);
  if (status === undefined) return { customId, failure: { class: 'vendor_error' } };
  return { customId, answer: { status, body: error ?? null } };
}

/** A vector of another size than was asked for is none that anybody can use; what was asked stands beside the answer. */
function hasAskedSize(line: JsonObject, response: JsonObject): boolean {
  const asked = asObject(asObject(line['request'])?.['embed_content_config'])?.['output_dimensionality'];
  const values = asObject(response['embedding'])?.['values'];
  return asked === undefined || !isArray(values) || values.length === asked;
}

/** `Bad Request: {"error": …}`, the error alone, or Google's `Status`. */
function errorOf(status: Json | undefined): JsonObject | undefined {
  if (typeof status !== 'string') {
    const given = asObject(status);
    return given && { error: given };
  }
  try {
    return asObject(JSON.parse(status.slice(status.indexOf('{'))) as Json);
  } catch {
    // In words alone.
    return undefined;
  }
}

/** By Google's codes, its HTTP statuses, or the type of Claude's error. */
function statusOf(body: JsonObject): number | undefined {
  const error = asObject(body['error']);
  const code = asNumber(error?.['code']);
  if (code !== undefined) return code >= 400 && code <= 599 ? code : STATUSES[code];
  const type = asText(error?.['type']);
  if (type === undefined) return undefined;
  return type === 'invalid_request_error' ? 400 : 500;
}
