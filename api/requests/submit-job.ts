import type { NewJob } from '../../workflows/contracts/job-terms.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import { rateLimitHeaders } from '../../workflows/domain/rate-limit-answers.js';
import { refused } from '../http/refused-error.js';
import { warnOf } from './backstop-options.js';
import { limited } from './execute-request.js';
import type { AcceptedCall, ExecutionDependencies } from './execution.js';
import { startWorkflow } from './start-workflow.js';

export interface Submitted {
  /** The first request's where this one repeats it; it need not be a job. */
  readonly record: RequestRecord;
  /** How the rate limits stand. Names in lower case. */
  readonly headers: { readonly [name: string]: string };
}

/**
 * Stores a job with its content and its place in the rate limits, all or nothing, and has its workflow started. From the
 * storing on it is accepted: where Temporal is away, whoever sweeps starts it once that is back, within its deadline.
 *
 * Throws `RefusedError`: `idempotency_key_reused`, `rate_limit_exceeded`, `request_exceeds_rate_limit`; nothing is stored then.
 */
export async function submitJob(
  deps: ExecutionDependencies,
  { input, call, key, answerHoldMs }: AcceptedCall,
  job: NewJob,
): Promise<Submitted> {
  const take = await deps.rateLimits.prepare(input);
  const hold = answerHoldMs ?? deps.settings.jobs.resultHoldMs;
  const acceptance = key
    ? await deps.requests.acceptKeyed(input, call, { ...key, job }, take)
    : await deps.requests.acceptStored(input, call, { answerHoldMs: hold, job }, take);
  switch (acceptance.status) {
    case 'repeated':
      return { record: acceptance.record, headers: {} };
    case 'body_differs':
      throw refused('idempotency_key_reused');
    case 'limited':
      throw limited(acceptance.taken);
    case 'accepted':
      await startSoon(deps, input);
      return { record: await recordOf(deps, input), headers: rateLimitHeaders(acceptance.taken?.standings ?? []) };
  }
}

async function startSoon(deps: ExecutionDependencies, input: RequestInput): Promise<void> {
  await startWorkflow(deps, input).catch(warnOf(deps.log, input.requestId, 'a job waits for its start'));
}

async function recordOf({ requests }: ExecutionDependencies, { requestId }: RequestInput): Promise<RequestRecord> {
  const record = await requests.find(requestId);
  if (record) return record;
  throw new Error('a job that was stored is not found');
}
