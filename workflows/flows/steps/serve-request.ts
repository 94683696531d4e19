import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { AttemptFailure } from '../../contracts/failures.js';
import type { RequestInput, RequestResult } from '../../contracts/requests.js';
import { attemptInTurn, notReserved } from './attempt-in-turn.js';
import { stepsOf } from './request-steps.js';
import { tellStatus } from './tell-status.js';

/**
 * A request whose caller waits, of any kind: reserve, attempt the candidates in turn, settle or release. Content never comes
 * here: the activities read it from the content store and answer the caller through the reply channel.
 */
export async function serveRequest(request: RequestInput): Promise<RequestResult> {
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
