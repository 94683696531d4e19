import { CancellationScope, isCancellation, makeContinueAsNewFunc, setWorkflowOptions } from '@temporalio/workflow';
import type { AttemptFailure } from '../contracts/failures.js';
import type { AttemptOutcome, RequestResult } from '../contracts/requests.js';
import { attemptInTurn, failedOf, notReserved } from './steps/attempt-in-turn.js';
import { DeadlinePassedError, type JobInput, jobStepsOf, WaitedOftenError } from './steps/job-steps.js';
import { tellStatus } from './steps/tell-status.js';

setWorkflowOptions({ failureExceptionTypes: [Error] }, job);

const goOn = makeContinueAsNewFunc<typeof job>();

/**
 * A request as a job: reserve, attempt the candidates in turn, settle or release, as for a caller who waits; but nobody
 * holds a connection, the attempts stand in line for their vendors, and the whole has a deadline. `made` is what earlier
 * runs of the same job have brought, and `atVendor` the number of the attempt that the last of them left at its vendor; absent in
 * histories of before.
 */
export async function job(
  request: JobInput,
  made: readonly AttemptOutcome[] = [],
  atVendor?: number,
): Promise<RequestResult> {
  const steps = jobStepsOf(request, atVendor);
  const outcomes = [...made];
  try {
    // Of a job that goes on this gives the plan that was stored, its prices frozen at the first time.
    const planned = await steps.planAndReserve();
    if (planned.status !== 'reserved') return tellStatus(notReserved(planned));
    return tellStatus(await attemptInTurn(steps, planned, outcomes));
  } catch (error) {
    if (error instanceof WaitedOftenError) return goOn(request, outcomes, error.atVendor);
    const isLate = error instanceof DeadlinePassedError;
    const failure: AttemptFailure = { class: failureClassOf(error) };
    const { chargedNanoUsd } = await CancellationScope.nonCancellable(() =>
      steps.release({ failure, ...(outcomes.length > 0 && { attempts: failedOf(outcomes) }) }),
    );
    if (!isLate) throw error;
    return tellStatus({ status: 'failed', attempts: outcomes.length, failure, chargedNanoUsd });
  }
}

function failureClassOf(error: unknown): AttemptFailure['class'] {
  if (isCancellation(error)) return 'cancelled';
  return error instanceof DeadlinePassedError ? 'timeout_total' : 'internal';
}
