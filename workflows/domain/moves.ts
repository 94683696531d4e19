import type { AttemptFailure } from '../contracts/failures.js';
import type { AttemptOutcome, CandidateSummary } from '../contracts/requests.js';
import type { FallbackStep, RouteSummary } from '../contracts/routing.js';
import { isSameWay } from './credentials.js';
import { FAILURE_MOVES, type FailureMove } from './failure-moves.js';

/** Attempts in all, whatever the table allows: every one of them keeps the caller waiting. */
export const MAX_ATTEMPTS = 8;
/** The first wait before the same vendor is asked again; each further one is twice as long. */
export const FIRST_DELAY_MS = 250;
/** A caller who waits is better told than held for longer than this. */
export const LONGEST_DELAY_MS = 10_000;

/** No vendor answers in less: an attempt that was cut at its deadline may have taken a millisecond less than it had. */
const LEAST_TIME_MS = 10;

export type Move =
  | {
      readonly type: 'attempt';
      readonly number: number;
      readonly candidate: CandidateSummary;
      readonly delayMs: number;
      /** What it may take; absent where the rules limit nothing. */
      readonly leftMs?: number;
    }
  /** This attempt's outcome is what the caller got and pays for. */
  | { readonly type: 'settle'; readonly attempt: number }
  /** No attempt answered: the hold is voided, and the caller is told of this failure (that of `attempt`, if any). */
  | { readonly type: 'release'; readonly failure: AttemptFailure; readonly attempt?: number };

/** What a plan allows after a failure; absent where the plan is of before such rules, and any candidate may follow any other. */
export type FallbackRules = Pick<RouteSummary, 'fallback' | 'totalMs'>;

/**
 * What to do next, from what happened so far alone, so that a replay decides the same. Another candidate is tried at
 * once; only the last one is waited for. A failed attempt that used tokens is still released: the caller pays for
 * what was answered.
 */
export function nextMove(
  candidates: readonly CandidateSummary[],
  outcomes: readonly AttemptOutcome[],
  rules?: FallbackRules,
): Move {
  const last = outcomes.at(-1);
  const untried = candidates.filter((candidate) => !outcomes.some((outcome) => isSameWay(candidate, outcome)));
  const number = outcomes.length + 1;
  if (last === undefined) {
    const [first] = untried;
    if (first === undefined) return { type: 'release', failure: { class: 'internal' } };
    return attemptOf(number, first, 0, timeLeft(outcomes, rules));
  }
  if (last.status !== 'failed') return { type: 'settle', attempt: last.number };

  const failure = last.failure ?? { class: 'internal' };
  const release: Move = { type: 'release', failure, attempt: last.number };
  const left = timeLeft(outcomes, rules);
  if (failure.taken || number > MAX_ATTEMPTS || left < LEAST_TIME_MS) return release;
  const candidate = candidates.find((one) => isSameWay(one, last));
  const next = nextCandidate(untried, candidates, outcomes, rules);
  if (next) return attemptOf(number, next, 0, left);

  const retriesMade = outcomes.filter((outcome) => isSameWay(last, outcome)).length - 1;
  const delayMs = failure.retryAfterMs ?? FIRST_DELAY_MS * 2 ** retriesMade;
  if (candidate === undefined || retriesMade >= FAILURE_MOVES[failure.class].retries) return release;
  const isTooLong = delayMs > LONGEST_DELAY_MS || delayMs + LEAST_TIME_MS > left;
  return isTooLong ? release : attemptOf(number, candidate, delayMs, left - delayMs);
}

function attemptOf(number: number, candidate: CandidateSummary, delayMs: number, leftMs: number): Move {
  return { type: 'attempt', number, candidate, delayMs, ...(Number.isFinite(leftMs) && { leftMs }) };
}

/** Milliseconds that the whole request may still take, of what its attempts and their waits took: a workflow has no other clock. */
function timeLeft(outcomes: readonly AttemptOutcome[], { totalMs }: FallbackRules = {}): number {
  if (totalMs === undefined) return Number.POSITIVE_INFINITY;
  return totalMs - outcomes.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** The first that may help after all that failed so far, in the order of the rules' steps, else in the plan's. */
function nextCandidate(
  untried: readonly CandidateSummary[],
  candidates: readonly CandidateSummary[],
  outcomes: readonly AttemptOutcome[],
  rules: FallbackRules | undefined,
): CandidateSummary | undefined {
  const moveAfter = ({ failure }: AttemptOutcome): FailureMove => FAILURE_MOVES[failure?.class ?? 'internal'];
  const plain = plainAfterBatch(untried, outcomes);
  if (plain) return plain;
  const failed = outcomes.flatMap((outcome) => {
    const candidate = candidates.find((one) => isSameWay(one, outcome));
    return candidate ? [{ candidate, move: moveAfter(outcome) }] : [];
  });
  const last = failed.at(-1);
  if (last === undefined) return undefined;
  if (rules === undefined) return last.move.otherCandidate ? untried[0] : undefined;
  const helping = untried.filter((one) => failed.every(({ candidate, move }) => helps(one, candidate, move)));
  if (rules.fallback === undefined) return helping[0];
  const steps = rules.fallback.map((step) => helping.find((one) => stepTo(one, last.candidate) === step));
  return steps.find((candidate) => candidate !== undefined);
}

/**
 * What a vendor's batch did not answer is asked for by itself, of the same vendor by the same account: that is no fallback in
 * the sense of anybody's rules. Not where nobody could help.
 */
function plainAfterBatch(
  untried: readonly CandidateSummary[],
  outcomes: readonly AttemptOutcome[],
): CandidateSummary | undefined {
  const last = outcomes.at(-1);
  if (last?.tier !== 'batch' || !FAILURE_MOVES[last.failure?.class ?? 'internal'].otherCandidate) return undefined;
  const { tier: _, ...plain } = last;
  return untried.find((one) => isSameWay(one, plain));
}

/** How far a candidate is from the one that failed. */
export function stepTo(candidate: CandidateSummary, failed: CandidateSummary): FallbackStep {
  if (candidate.offerId === failed.offerId) return 'credential';
  if (modelOf(candidate) !== modelOf(failed)) return 'model';
  return candidate.vendor === failed.vendor ? 'region' : 'vendor';
}

function modelOf({ serves, offerId }: CandidateSummary): string {
  return serves ?? offerId;
}

/** Whether a candidate may do better where this one failed; another model at another vendor is another vendor as well. */
function helps(candidate: CandidateSummary, failed: CandidateSummary, move: FailureMove): boolean {
  switch (stepTo(candidate, failed)) {
    case 'credential':
      return move.otherCredential;
    case 'region':
      return move.otherRegion;
    case 'vendor':
      return move.otherVendor;
    case 'model':
      return move.otherModel || (move.otherVendor && candidate.vendor !== failed.vendor);
  }
}
