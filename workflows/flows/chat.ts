import { CancellationScope, isCancellation, setWorkflowOptions } from '@temporalio/workflow';
import type { AttemptFailure } from '../contracts/failures.js';
import type { RequestInput, RequestResult } from '../contracts/requests.js';
import { attemptInTurn, notReserved } from './steps/attempt-in-turn.js';
import { stepsOf } from './steps/request-steps.js';
import { tellStatus } from './steps/tell-status.js';

// A bug fails its request, with what was held released, instead of retrying the workflow task for ever. Unversioned, a
// flow goes on under whatever code is newest, so that an incompatible change needs `patched()`.
setWorkflowOptions({ failureExceptionTypes: [Error] }, chat);

/**
 * A chat request: reserve, attempt the candidates in turn, settle or release. Content never comes here: the activities
 * read it from the content store and answer the caller through the reply channel.
 */
export async function chat(request: RequestInput): Promise<RequestResult> {
  const steps = stepsOf(request);
  try {
    const planned = await steps.planAndReserve();
    if (planned.status !== 'reserved') return tellStatus(notReserved(planned));
    return tellStatus(await attemptInTurn(steps, planned));
  } catch (error) {
    // Whatever a step had done before it failed is undone; a no-op where it had done nothing.
    const failure: AttemptFailure = { class: isCancellation(error) ? 'cancelled' : 'internal' };
    await CancellationScope.nonCancellable(() => steps.release({ failure }));
    throw error;
  }
}
