import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { AttemptFailure, FailedAttempt } from '../../contracts/failures.js';
import type {
  AttemptOutcome,
  FinishResult,
  PlanResult,
  RequestInput,
  RequestResult,
} from '../../contracts/requests.js';
import { type Move, nextMove } from '../../domain/moves.js';
import { type RequestSteps, stepsOf } from './request-steps.js';
import { tellStatus } from './tell-status.js';

/**
 * A request of any kind whose answer comes in one call: reserve, attempt the candidates in turn, settle or release. Content never comes here: the activities
 * read it from the content store and answer the caller through the reply channel.
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

type Reserved = Extract<PlanResult, { status: 'reserved' }>;

async function attemptInTurn(steps: RequestSteps, { candidates, route }: Reserved): Promise<RequestResult> {
  const outcomes: AttemptOutcome[] = [];
  for (;;) {
    const move = nextMove(candidates, outcomes, route);
    switch (move.type) {
      case 'attempt':
        outcomes.push(await attempt(steps, move));
        break;
      case 'settle': {
        // Known from the outcome, and so from the history: a replay goes the way that its run went, without `patched()`.
        const finished = outcomes.at(-1)?.finished ?? (await settle(steps, move.attempt));
        return ended(outcomes, finished.chargedNanoUsd);
      }
      case 'release': {
        const { attempt, failure } = move;
        const finished = await CancellationScope.nonCancellable(() =>
          steps.release({ attempt, failure, attempts: failedOf(outcomes) }),
        );
        return ended(outcomes, finished.chargedNanoUsd, failure);
      }
    }
  }
}

/**
 * Its outcome, under the credential that it was made by: the same offer through another is another candidate. Its wait
 * counts for its time, because the caller has waited for it.
 */
async function attempt(steps: RequestSteps, move: Extract<Move, { type: 'attempt' }>): Promise<AttemptOutcome> {
  const { type: _, ...planned } = move;
  const outcome = await steps.callModel(planned);
  const { candidate, delayMs } = planned;
  return {
    ...outcome,
    durationMs: outcome.durationMs + delayMs,
    ...(candidate.credentialId !== undefined && { credentialId: candidate.credentialId }),
  };
}

function failedOf(outcomes: readonly AttemptOutcome[]): readonly FailedAttempt[] {
  return outcomes.flatMap(({ offerId, vendor, failure }) => (failure ? [{ offerId, vendor, failure }] : []));
}

function settle(steps: RequestSteps, attempt: number): Promise<FinishResult> {
  return CancellationScope.nonCancellable(() => steps.settle({ attempt }));
}

function ended(outcomes: readonly AttemptOutcome[], chargedNanoUsd: string, failure?: AttemptFailure): RequestResult {
  const last = outcomes.at(-1);
  const why = failure ?? last?.failure;
  return {
    status: failure ? 'failed' : (last?.status ?? 'failed'),
    ...(last && { vendor: last.vendor, model: last.model }),
    attempts: outcomes.length,
    ...(why && { failure: why }),
    chargedNanoUsd,
  };
}

function notReserved(planned: Exclude<PlanResult, { status: 'reserved' }>): RequestResult {
  const failure = planned.status === 'abandoned' ? { failure: { class: planned.reason } } : {};
  return { status: planned.status, attempts: 0, ...failure, chargedNanoUsd: '0' };
}
