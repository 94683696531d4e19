import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../contracts/failures.js';
import type { AttemptOutcome, CandidateSummary } from '../contracts/requests.js';
import { FAILURE_MOVES } from './failure-moves.js';
import { type FallbackRules, nextMove, stepTo } from './moves.js';
import { outcome } from './test-values.js';

// What follows a failure where the plan says what may follow it.

const at = (offerId: string, changes: Partial<CandidateSummary> = {}): CandidateSummary => ({
  ...{ offerId, vendor: offerId.split('/')[0] ?? '', model: 'm', serves: 'maker/m', ...changes },
});
const first = at('azure/m', { region: 'eu' });
const secondKey = at('azure/m', { region: 'eu', credentialId: 'cred_2' });
const elsewhere = at('azure/us/m', { region: 'us' });
const otherVendor = at('groq/m');
const otherModel = at('azure/n', { serves: 'maker/n' });
const otherOfBoth = at('openai/n', { serves: 'maker/n' });

const nextAfter = (
  failure: FailureClass,
  candidates: readonly CandidateSummary[],
  rules: FallbackRules = {},
  changes: Partial<AttemptOutcome> = {},
) => {
  const move = nextMove([first, ...candidates], [{ ...outcome(1, first.offerId, failure), ...changes }], rules);
  return move.type === 'attempt' ? move.candidate : move.type;
};

describe('the step to a candidate', () => {
  it.each([
    [secondKey, 'credential'],
    [elsewhere, 'region'],
    [otherVendor, 'vendor'],
    [otherModel, 'model'],
    [otherOfBoth, 'model'],
  ] as const)('%j is another %s', (candidate, step) => {
    expect(stepTo(candidate, first)).toBe(step);
  });
});

describe('nextMove by a plan’s rules', () => {
  it.each<readonly [FailureClass, CandidateSummary, boolean]>([
    ['auth', secondKey, true],
    ['auth', otherModel, false],
    ['auth', otherOfBoth, true],
    ['auth', elsewhere, false],
    ['overloaded', secondKey, false],
    ['overloaded', elsewhere, true],
    ['connection', otherModel, false],
    ['connection', otherVendor, true],
    ['context_length', otherVendor, false],
    ['context_length', otherModel, true],
    ['content_policy', otherVendor, false],
  ])('after %s goes on to %j: %s', (failure, candidate, expected) => {
    expect(nextAfter(failure, [candidate]) === candidate).toBe(expected);
  });

  it('takes the plan’s order, unless the rules have one', () => {
    const all = [otherModel, otherVendor, elsewhere, secondKey];
    expect(nextAfter('rate_limited', all)).toBe(otherModel);
    expect(nextAfter('rate_limited', all, { fallback: ['credential', 'region', 'vendor', 'model'] })).toBe(secondKey);
    expect(nextAfter('rate_limited', all, { fallback: ['vendor', 'region'] })).toBe(otherVendor);
  });

  it('asks the same offer again where no step is allowed, if the class says so', () => {
    expect(nextAfter('overloaded', [otherVendor], { fallback: ['model'] })).toBe(first);
    expect(nextAfter('auth', [otherVendor], { fallback: [] })).toBe('release');
  });

  it('does not go back to a vendor whose failure it shares', () => {
    const candidates = [first, otherModel, otherVendor];
    const outcomes = [outcome(1, first.offerId, 'auth'), outcome(2, otherVendor.offerId, 'overloaded')];
    expect(nextMove(candidates, outcomes, {})).toMatchObject({ candidate: otherVendor, delayMs: 250 });
  });

  it('tries one offer through each credential once', () => {
    const outcomes = [
      outcome(1, first.offerId, 'auth'),
      { ...outcome(2, first.offerId, 'auth'), credentialId: 'cred_2' },
    ];
    expect(nextMove([first, secondKey], outcomes, {})).toMatchObject({ type: 'release', attempt: 2 });
  });

  it('ends when the time of the whole request is over, its waits included', () => {
    const rules = { totalMs: 1_000 };
    expect(nextAfter('overloaded', [otherVendor], rules, { durationMs: 990 })).toBe(otherVendor);
    // An attempt that was cut at the end of the time may have been so a moment early.
    expect(nextAfter('timeout_total', [otherVendor], rules, { durationMs: 999 })).toBe('release');
    expect(nextAfter('overloaded', [otherVendor], rules, { durationMs: 1_000 })).toBe('release');
    expect(nextAfter('overloaded', [], rules, { durationMs: 800 })).toBe('release');
    expect(nextAfter('overloaded', [], rules, { durationMs: 700 })).toBe(first);
  });

  it('gives each attempt what is left of the time', () => {
    const rules = { totalMs: 1_000 };
    const failed = [{ ...outcome(1, first.offerId, 'overloaded'), durationMs: 300 }];
    expect(nextMove([first], [], rules)).toMatchObject({ type: 'attempt', leftMs: 1_000 });
    expect(nextMove([first, otherVendor], failed, rules)).toMatchObject({ candidate: otherVendor, leftMs: 700 });
    expect(nextMove([first], failed, rules)).toMatchObject({ candidate: first, delayMs: 250, leftMs: 450 });
    for (const outcomes of [[], failed]) expect(nextMove([first], outcomes, {})).not.toHaveProperty('leftMs');
  });

  it('goes by the old rules where the plan has none, so that old histories replay', () => {
    const failed = [outcome(1, first.offerId, 'auth')];
    expect(nextMove([first, otherModel], failed)).toMatchObject({ candidate: otherModel });
    expect(nextMove([first, otherModel], failed, {})).toMatchObject({ type: 'release' });
  });

  it('always ends, whatever fails', () => {
    const classes = Object.keys(FAILURE_MOVES) as FailureClass[];
    const all = [first, secondKey, elsewhere, otherVendor, otherModel, otherOfBoth];
    fc.assert(
      fc.property(fc.subarray(all, { minLength: 1 }), fc.array(fc.constantFrom(...classes)), (candidates, failures) => {
        const outcomes: AttemptOutcome[] = [];
        for (let step = 0; step < 20; step += 1) {
          const move = nextMove(candidates, outcomes, {});
          if (move.type !== 'attempt') return;
          const { offerId, credentialId } = move.candidate;
          const failure = failures[step % Math.max(failures.length, 1)] ?? 'overloaded';
          outcomes.push({
            ...outcome(move.number, offerId, failure),
            ...(credentialId !== undefined && { credentialId }),
          });
        }
        throw new Error('it goes on for ever');
      }),
    );
  });
});
