import type { AttemptFailure } from '../../../../workflows/contracts/failures.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import type { BatchedResult } from '../../port.js';

const AT_FAULT: AttemptFailure = { class: 'vendor_error' };
const CANCELLED: AttemptFailure = { class: 'cancelled' };

/**
 * Why a line of a job that has ended may have no answer (`gatewayJobState`,
 * https://docs.fireworks.ai/api-reference/get-batch-inference-job); a state that is not here has more to come.
 */
const MISSING: { readonly [state: string]: AttemptFailure | undefined } = {
  JOB_STATE_COMPLETED: AT_FAULT,
  JOB_STATE_FAILED: AT_FAULT,
  // "Completed requests are saved."
  JOB_STATE_EXPIRED: { class: 'timeout_total' },
  JOB_STATE_EARLY_STOPPED: { class: 'timeout_total' },
  JOB_STATE_CANCELLED: CANCELLED,
};

export interface EndedJob {
  readonly missing: AttemptFailure;
  /** It has a dataset of answers for certain; others have one where they came that far. */
  readonly hasOutput: boolean;
}

/** How a job stands: nothing while it goes on. One that is gone was deleted, which is how a job is cancelled. */
export function fromFireworksJob(job: JsonObject | undefined): EndedJob | undefined {
  if (job === undefined) return { missing: CANCELLED, hasOutput: false };
  const state = asText(job['state']) ?? '';
  const missing = Object.hasOwn(MISSING, state) ? MISSING[state] : undefined;
  return missing && { missing, hasOutput: state === 'JOB_STATE_COMPLETED' };
}

/**
 * A file of the output that has no answers: its lines say why requests failed, in a form that no page has. Those have no answer in the
 * other file, so that each is asked for by itself, and told in the vendor's own words what is wrong with it.
 */
export function isErrorFile(name: string): boolean {
  return name.slice(name.lastIndexOf('/') + 1).startsWith('error');
}

/** A line of the answers: the body that the request by itself would have had, without a status. */
export function fromFireworksLine(line: JsonObject): BatchedResult {
  const customId = asText(line['custom_id']);
  if (customId === undefined) throw badResponse('The vendor sent an answer to nobody.');
  const body = asObject(line['response']);
  return Array.isArray(body?.['choices'])
    ? { customId, answer: { status: 200, body: body ?? null } }
    : { customId, failure: AT_FAULT };
}
