import { CancellationScope } from '@temporalio/workflow';
import type { AttemptFailure, FailedAttempt } from '../../contracts/failures.js';
import type { AttemptOutcome, FinishResult, PlanResult, RequestResult } from '../../contracts/requests.js';
import { type Move, nextMove } from '../../domain/moves.js';
import type { RequestSteps } from './request-steps.js';

export type Reserved = Extract<PlanResult, { status: 'reserved' }>;

/**
 * Attempts the candidates until one answers or none may, then settles or releases. Outcomes are added to `outcomes`, where
 * those of an earlier run of the same flow may stand already.
 */
export async function attemptInTurn(
  steps: RequestSteps,
  { candidates, route }: Reserved,
  outcomes: AttemptOutcome[] = [],
): Promise<RequestResult> {
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
    ...(candidate.tier && { tier: candidate.tier }),
  };
}

/** What the caller is told of them. */
export function failedOf(outcomes: readonly AttemptOutcome[]): readonly FailedAttempt[] {
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

export function notReserved(planned: Exclude<PlanResult, { status: 'reserved' }>): RequestResult {
  const failure = planned.status === 'abandoned' ? { failure: { class: planned.reason } } : {};
  return { status: planned.status, attempts: 0, ...failure, chargedNanoUsd: '0' };
}
