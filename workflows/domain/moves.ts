import type { AttemptFailure } from '../contracts/failures.js';
import type { AttemptOutcome, CandidateSummary } from '../contracts/requests.js';
import { isSameWay } from './credentials.js';
import { FAILURE_MOVES } from './failure-moves.js';

/** Attempts in all, whatever the table allows: every one of them keeps the caller waiting. */
export const MAX_ATTEMPTS = 8;
/** The first wait before the same vendor is asked again; each further one is twice as long. */
export const FIRST_DELAY_MS = 250;
/** A caller who waits is better told than held for longer than this. */
export const LONGEST_DELAY_MS = 10_000;

export type Move =
  | {
      readonly type: 'attempt';
      readonly number: number;
      readonly candidate: CandidateSummary;
      readonly delayMs: number;
    }
  /** This attempt's outcome is what the caller got and pays for. */
  | { readonly type: 'settle'; readonly attempt: number }
  /** No attempt answered: the hold is voided, and the caller is told of this failure (that of `attempt`, if any). */
  | { readonly type: 'release'; readonly failure: AttemptFailure; readonly attempt?: number };

/**
 * What to do next, from what happened so far alone, so that a replay decides the same. Another candidate is tried at
 * once; only the last one is waited for. A failed attempt that used tokens is still released: the caller pays for
 * what was answered.
 */
export function nextMove(candidates: readonly CandidateSummary[], outcomes: readonly AttemptOutcome[]): Move {
  const last = outcomes.at(-1);
  const untried = candidates.find((candidate) => !outcomes.some((outcome) => isSameWay(candidate, outcome)));
  const number = outcomes.length + 1;
  if (last === undefined) {
    if (untried === undefined) return { type: 'release', failure: { class: 'internal' } };
    return { type: 'attempt', number, candidate: untried, delayMs: 0 };
  }
  if (last.status !== 'failed') return { type: 'settle', attempt: last.number };

  const failure = last.failure ?? { class: 'internal' };
  const release: Move = { type: 'release', failure, attempt: last.number };
  const { otherCandidate, retries } = FAILURE_MOVES[failure.class];
  if (number > MAX_ATTEMPTS) return release;
  if (otherCandidate && untried) return { type: 'attempt', number, candidate: untried, delayMs: 0 };

  const candidate = candidates.find((one) => isSameWay(one, last));
  const retriesMade = outcomes.filter((outcome) => isSameWay(outcome, last)).length - 1;
  const delayMs = failure.retryAfterMs ?? FIRST_DELAY_MS * 2 ** retriesMade;
  if (candidate === undefined || retriesMade >= retries || delayMs > LONGEST_DELAY_MS) return release;
  return { type: 'attempt', number, candidate, delayMs };
}
