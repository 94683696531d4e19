import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../contracts/failures.js';
import type { AttemptOutcome, CandidateSummary } from '../contracts/requests.js';
import { FAILURE_MOVES } from './failure-moves.js';
import { MAX_ATTEMPTS, nextMove } from './moves.js';
import { outcome } from './test-values.js';

const a: CandidateSummary = { offerId: 'openai/a', vendor: 'openai', model: 'a' };
const b: CandidateSummary = { offerId: 'anthropic/b', vendor: 'anthropic', model: 'b' };
const classes = Object.keys(FAILURE_MOVES) as FailureClass[];

/** Each class: what follows with a candidate left, and how often the last one is asked again. */
const TABLE: readonly (readonly [FailureClass, 'next' | 'again' | 'release', number])[] = [
  ['rate_limited', 'next', 2],
  ['quota_exhausted', 'next', 0],
  ['overloaded', 'next', 2],
  ['vendor_error', 'next', 2],
  ['timeout_first_token', 'next', 0],
  ['timeout_total', 'next', 0],
  ['connection', 'next', 2],
  ['cut', 'next', 1],
  ['bad_response', 'next', 1],
  ['auth', 'next', 0],
  ['permission', 'next', 0],
  ['model_not_found', 'next', 0],
  ['invalid_request', 'release', 0],
  ['context_length', 'next', 0],
  ['content_policy', 'release', 0],
  ['request_too_large', 'release', 0],
  ['cancelled', 'release', 0],
  ['slow_reader', 'release', 0],
  ['lease_lapsed', 'release', 0],
  ['content_gone', 'release', 0],
  ['store_unavailable', 'again', 2],
  ['internal', 'release', 0],
];

describe('nextMove', () => {
  it('begins with the first candidate, and with nothing where there is none', () => {
    expect(nextMove([a, b], [])).toEqual({ type: 'attempt', number: 1, candidate: a, delayMs: 0 });
    expect(nextMove([], [])).toEqual({ type: 'release', failure: { class: 'internal' } });
  });

  it('has a row in this test for every class', () => {
    expect(TABLE.map(([failure]) => failure).sort()).toEqual([...classes].sort());
  });

  it.each(TABLE)('after %s at the first of two: %s', (failure, expected) => {
    const released = { type: 'release', failure: { class: failure }, attempt: 1 };
    const next = { type: 'attempt', number: 2, candidate: b, delayMs: 0 };
    const again = { ...next, candidate: a, delayMs: 250 };
    const moves = { next, again, release: released };
    expect(nextMove([a, b], [outcome(1, a.offerId, failure)])).toEqual(moves[expected]);
  });

  it.each(TABLE)('after %s at the last candidate: asked again as often as its row says', (failure, _, retries) => {
    for (const before of [[], [outcome(1, a.offerId, 'overloaded')]] as const) {
      const outcomes: AttemptOutcome[] = [...before];
      const delays: number[] = [];
      for (;;) {
        outcomes.push(outcome(outcomes.length + 1, b.offerId, failure));
        const move = nextMove([a, b].slice(1 - before.length), outcomes);
        if (move.type !== 'attempt') {
          expect(move).toEqual({ type: 'release', failure: { class: failure }, attempt: outcomes.length });
          break;
        }
        expect(move).toMatchObject({ number: outcomes.length + 1, candidate: b });
        delays.push(move.delayMs);
      }
      expect(delays).toEqual([250, 500].slice(0, retries));
    }
  });

  it.each([
    [0, 0],
    [1_500, 1_500],
    [10_000, 10_000],
  ])('waits the %d ms that the last vendor asked for', (retryAfterMs, delayMs) => {
    const move = nextMove([a], [outcome(1, a.offerId, 'rate_limited', retryAfterMs)]);
    expect(move).toEqual({ type: 'attempt', number: 2, candidate: a, delayMs });
  });

  it('does not keep a caller waiting longer than ten seconds, but asks another candidate at once', () => {
    const limited = outcome(1, a.offerId, 'rate_limited', 10_001);
    const failure = { class: 'rate_limited', retryAfterMs: 10_001 };
    expect(nextMove([a], [limited])).toEqual({ type: 'release', failure, attempt: 1 });
    expect(nextMove([a, b], [limited])).toMatchObject({ candidate: b, delayMs: 0 });
  });

  it('settles what was answered, whole or in part', () => {
    expect(nextMove([a, b], [outcome(1, a.offerId)])).toEqual({ type: 'settle', attempt: 1 });
    const cut = { ...outcome(2, b.offerId, 'cut'), status: 'partial' as const };
    expect(nextMove([a, b], [outcome(1, a.offerId, 'auth'), cut])).toEqual({ type: 'settle', attempt: 2 });
  });

  it.each(classes)('hands nobody the work again that a vendor has taken on, after %s', (failure) => {
    const taken = {
      ...outcome(1, a.offerId),
      status: 'failed' as const,
      failure: { class: failure, taken: true as const },
    };
    expect(nextMove([a, b], [taken])).toEqual({ type: 'release', failure: taken.failure, attempt: 1 });
  });

  it('releases a failed attempt that used tokens', () => {
    const failed = { ...outcome(1, a.offerId, 'content_policy'), chargeNanoUsd: '5' };
    expect(nextMove([a], [failed])).toMatchObject({ type: 'release', attempt: 1 });
  });

  it('takes a failure without a class for its own fault', () => {
    const failed: AttemptOutcome = { ...outcome(1, a.offerId), status: 'failed' };
    expect(nextMove([a, b], [failed])).toEqual({ type: 'release', failure: { class: 'internal' }, attempt: 1 });
  });

  it('makes eight attempts at the most', () => {
    const candidates = Array.from({ length: 9 }, (_, index) => ({
      offerId: `v/${index}`,
      vendor: 'v',
      model: `${index}`,
    }));
    const outcomes = candidates.slice(0, 7).map(({ offerId }, index) => outcome(index + 1, offerId, 'overloaded'));
    expect(nextMove(candidates, outcomes)).toMatchObject({ type: 'attempt', number: 8 });
    const eighth = outcome(8, 'v/7', 'overloaded');
    expect(nextMove(candidates, [...outcomes, eighth])).toMatchObject({ type: 'release', attempt: 8 });
  });

  it('always ends, within the limit, trying each candidate before any a second time', () => {
    const candidates = Array.from({ length: 12 }, (_, index) => ({
      offerId: `v/${index}`,
      vendor: 'v',
      model: `${index}`,
    }));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.constantFrom(...classes), { minLength: 20, maxLength: 20 }),
        (count, failures) => {
          const outcomes: AttemptOutcome[] = [];
          const given = candidates.slice(0, count);
          for (const failure of failures) {
            const move = nextMove(given, outcomes);
            expect(nextMove(given, [...outcomes])).toEqual(move);
            if (move.type !== 'attempt') break;
            const isRepeat = outcomes.some(({ offerId }) => offerId === move.candidate.offerId);
            // Nobody else has the files of the request, which are read from our own store.
            const isOfStore = outcomes.at(-1)?.failure?.class === 'store_unavailable';
            if (isRepeat && !isOfStore) expect(new Set(outcomes.map(({ offerId }) => offerId)).size).toBe(count);
            outcomes.push(outcome(move.number, move.candidate.offerId, failure));
          }
          expect(outcomes.length).toBeLessThanOrEqual(MAX_ATTEMPTS);
          expect(nextMove(given, outcomes).type).toBe('release');
        },
      ),
    );
  });
});
