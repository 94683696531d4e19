import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../../contracts/failures.js';
import type { Observation } from '../../contracts/health.js';
import { FAILURE_MOVES } from '../failure-moves.js';
import {
  adopt,
  type Circuit,
  isRested,
  mergeCircuits,
  NEW_WATCH,
  observe,
  warmth,
  type WatchedCircuit,
} from './circuit.js';
import { CIRCUIT_RULES as rules } from './rules.js';

const nobodyElse = { counted: 0, faults: 0 };
const t0 = 1_000_000;

/** An attempt that took a tenth of a second. */
function attempt(endedAtMs: number, failure?: FailureClass, retryAfterMs?: number): Observation {
  return {
    ...{ offerId: 'a/b', startedAtMs: endedAtMs - 100, endedAtMs },
    ...(failure && { failure: { class: failure, ...(retryAfterMs !== undefined && { retryAfterMs }) } }),
  };
}

function after(seen: readonly Observation[], from: WatchedCircuit = NEW_WATCH): WatchedCircuit {
  return seen.reduce((watch, one) => observe(watch, one, nobodyElse, rules, 'a/b'), from);
}

const failures = (count: number, atMs = t0) =>
  Array.from({ length: count }, (_, index) => attempt(atMs + index, 'overloaded'));

describe('a circuit opens', () => {
  it('at the fifth failure in a row, and not before', () => {
    expect(after(failures(4)).circuit.phase).toBe('closed');
    expect(after(failures(5)).circuit).toMatchObject({
      phase: 'open',
      reason: 'overloaded',
      trips: 1,
      changedAtMs: t0 + 4,
    });
    expect(after([...failures(4), attempt(t0 + 9), ...failures(4, t0 + 10)]).circuit.phase).toBe('closed');
  });

  it('where half of enough attempts of all processes failed', () => {
    const one = attempt(t0, 'vendor_error');
    const opened = (counted: number, faults: number) =>
      observe(NEW_WATCH, one, { counted, faults }, rules, 'a/b').circuit.phase;
    expect([opened(20, 10), opened(20, 9), opened(19, 19)]).toEqual(['open', 'closed', 'closed']);
  });

  it.each<FailureClass>(['auth', 'quota_exhausted', 'permission', 'model_not_found'])(
    'at once, for longer, after %s',
    (failure) => {
      const { circuit } = after([attempt(t0, failure)]);
      expect(circuit.phase).toBe('open');
      expect(circuit.untilMs - t0).toBeGreaterThanOrEqual(0.8 * rules.lastingRestMs);
    },
  );

  it.each<FailureClass>([
    'invalid_request',
    'context_length',
    'content_policy',
    'cancelled',
    'slow_reader',
    'internal',
  ])('never for %s, which neither begins nor ends a row of failures', (failure) => {
    expect(after(Array.from({ length: 50 }, () => attempt(t0, failure)))).toBe(NEW_WATCH);
    expect(after([...failures(4), attempt(t0 + 5, failure), attempt(t0 + 6, 'cut')]).circuit.phase).toBe('open');
  });

  it('at once for as long as the vendor says, a little more at most, and never shorter', () => {
    const { circuit } = after([attempt(t0, 'rate_limited', 20_000)]);
    expect(circuit.untilMs - t0).toBeGreaterThanOrEqual(20_000);
    expect(circuit.untilMs - t0).toBeLessThanOrEqual(22_000);
    expect(after([attempt(t0, 'rate_limited', 20)]).circuit.phase).toBe('closed');
    expect(after([attempt(t0, 'rate_limited', 86_400_000)]).circuit.untilMs - t0).toBeLessThanOrEqual(3_960_000);
  });

  it('not at all where circuits are turned off', () => {
    const off = { ...rules, failures: 0 };
    expect(observe(NEW_WATCH, attempt(t0, 'auth'), { counted: 99, faults: 99 }, off, 'a/b')).toBe(NEW_WATCH);
  });
});

describe('an open circuit', () => {
  const open = after(failures(5));
  const { untilMs } = open.circuit;

  it('may be tried once it has rested, closes at the second answer, and warms up', () => {
    expect([isRested(open.circuit, untilMs - 1), isRested(open.circuit, untilMs)]).toEqual([false, true]);
    expect(after([attempt(untilMs + 200)], open).circuit.phase).toBe('open');
    const closed = after([attempt(untilMs + 200), attempt(untilMs + 300)], open).circuit;
    expect(closed).toMatchObject({ phase: 'closed', changedAtMs: untilMs + 300 });
    const at = (share: number) => warmth(closed, closed.changedAtMs + share * closed.warmUpMs);
    expect(closed.warmUpMs).toBe(untilMs - open.circuit.changedAtMs);
    expect([at(0), at(0.5), at(1), warmth(open.circuit, untilMs)]).toEqual([0.1, 0.55, 1, 0]);
  });

  it('rests twice as long each time that a try fails, up to a limit, and from anew once it was warm', () => {
    let watch = open;
    const rests = Array.from({ length: 12 }, () => {
      const atMs = watch.circuit.untilMs + 100;
      watch = after([attempt(atMs, 'connection')], watch);
      return watch.circuit.untilMs - atMs;
    });
    for (const [index, rest] of rests.entries()) {
      const doubled = Math.min(rules.longestRestMs, rules.restMs * 2 ** (index + 1));
      expect(rest).toBeGreaterThanOrEqual(0.8 * doubled);
      expect(rest).toBeLessThanOrEqual(1.2 * doubled);
    }
    const closed = after([attempt(watch.circuit.untilMs + 200), attempt(watch.circuit.untilMs + 300)], watch);
    const { changedAtMs, warmUpMs } = closed.circuit;
    expect(after(failures(5, changedAtMs + 100), closed).circuit.trips).toBe(14);
    expect(after(failures(5, changedAtMs + warmUpMs), closed).circuit.trips).toBe(1);
  });

  it('heeds nothing that began before it opened', () => {
    const late = (failure?: FailureClass): Observation => ({
      ...attempt(untilMs + 50_000, failure),
      startedAtMs: t0 - 1,
    });
    expect(after([late(), late(), late('cut')], open)).toBe(open);
  });

  it('goes on resting where it was tried for want of others, unless the vendor asks for longer', () => {
    expect(after([attempt(t0 + 200, 'overloaded')], open).circuit).toBe(open.circuit);
    expect(after([attempt(t0 + 200, 'overloaded', 60_000)], open).circuit.untilMs).toBe(t0 + 60_200);
    expect(after([attempt(t0 + 200), attempt(t0 + 300)], open).circuit.phase).toBe('closed');
  });
});

const circuits = fc.record({
  phase: fc.constantFrom('closed' as const, 'open' as const),
  changedAtMs: fc.nat(3),
  untilMs: fc.nat(3),
  trips: fc.nat(2),
  warmUpMs: fc.nat(1),
  reason: fc.constantFrom<FailureClass>('cut', 'auth'),
});

describe('views of a circuit', () => {
  it('merge to the same in any order and however often', () => {
    fc.assert(
      fc.property(fc.tuple(circuits, circuits, circuits), ([a, b, c]: readonly [Circuit, Circuit, Circuit]) => {
        expect(mergeCircuits(a, b)).toEqual(mergeCircuits(b, a));
        expect(mergeCircuits(mergeCircuits(a, b), c)).toEqual(mergeCircuits(a, mergeCircuits(b, c)));
        // The same one, so that an echo is no news.
        expect(mergeCircuits(a, { ...a })).toBe(a);
      }),
    );
  });

  it('replace what was counted in the phase before', () => {
    const told = after(failures(5)).circuit;
    expect(adopt(after(failures(3)), told)).toEqual({ circuit: told, streak: 0, successes: 0 });
    const trying = after([attempt(told.untilMs + 200)], { circuit: told, streak: 0, successes: 0 });
    expect(adopt(trying, told)).toBe(trying);
    expect(adopt(trying, { ...told, untilMs: told.untilMs + 1 })).toMatchObject({ successes: 1 });
  });
});

it('no circuit is ever stuck: whatever happened, rest and two answers close it', () => {
  const classes = Object.keys(FAILURE_MOVES) as FailureClass[];
  const steps = fc.array(
    fc.record({
      afterMs: fc.nat(400_000),
      failure: fc.option(fc.constantFrom(...classes), { nil: undefined }),
      retryAfterMs: fc.option(fc.nat(100_000_000), { nil: undefined }),
      told: fc.option(circuits, { nil: undefined }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (story) => {
      let [watch, nowMs] = [NEW_WATCH, t0];
      for (const { afterMs, failure, retryAfterMs, told } of story) {
        nowMs += afterMs;
        watch = after([attempt(nowMs, failure, retryAfterMs)], told ? adopt(watch, told) : watch);
        expect(watch.circuit.untilMs - nowMs).toBeLessThanOrEqual(1.1 * rules.longestToldMs);
      }
      const rested = Math.max(nowMs, watch.circuit.untilMs) + 200;
      if (watch.circuit.phase === 'open') expect(isRested(watch.circuit, rested)).toBe(true);
      const tried = after([attempt(rested), attempt(rested + 100)], watch);
      expect(tried.circuit.phase).toBe('closed');
      expect(warmth(tried.circuit, rested + 100 + rules.longestWarmUpMs)).toBe(1);
    }),
  );
});
