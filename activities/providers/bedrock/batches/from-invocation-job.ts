import type { AttemptFailure } from '../../../../workflows/contracts/failures.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import type { BatchedResult } from '../../port.js';

/** Why a record of a job that has ended may have no answer; a status that is not here has more to come (`ModelInvocationJobStatus`). */
const MISSING: { readonly [status: string]: AttemptFailure | undefined } = {
  Completed: { class: 'vendor_error' },
  Failed: { class: 'vendor_error' },
  // "Not all of your records could be processed in time"; "didn't begin before the set timeout duration".
  PartiallyCompleted: { class: 'timeout_total' },
  Expired: { class: 'timeout_total' },
  Stopped: { class: 'cancelled' },
};

/** How a job stands (`GetModelInvocationJobResponse`): nothing while it goes on, else why records are missing, and where the others are. */
export function fromInvocationJob(
  job: JsonObject,
): { readonly missing: AttemptFailure; readonly output: string } | undefined {
  const status = asText(job['status']) ?? '';
  const missing = Object.hasOwn(MISSING, status) ? MISSING[status] : undefined;
  if (missing === undefined) return undefined;
  const output = asText(asObject(asObject(job['outputDataConfig'])?.['s3OutputDataConfig'])?.['s3Uri']);
  if (output === undefined) throw badResponse('The vendor did not tell where the answers are.');
  return { missing, output };
}

/**
 * A line of the output (https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html): the body that the model would
 * have answered with, or an error with the status that it would have had. The request, which stands beside it, is not looked at.
 */
export function fromOutputRecord(record: JsonObject): BatchedResult {
  const customId = asText(record['recordId']);
  if (customId === undefined) throw badResponse('The vendor sent an answer to nobody.');
  const error = asObject(record['error']);
  const output = record['modelOutput'];
  if (error === undefined && output === undefined) return { customId, failure: { class: 'bad_response' } };
  if (error === undefined) return { customId, answer: { status: 200, body: output ?? null } };
  const status = statusOf(error['errorCode']);
  if (status === undefined) return { customId, failure: { class: 'vendor_error' } };
  return { customId, answer: { status, body: { message: asText(error['errorMessage']) ?? '' } } };
}

/** A number, which some outputs write as text. */
function statusOf(code: Json | undefined): number | undefined {
  const status = Number(code);
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}
