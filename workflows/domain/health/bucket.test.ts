import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../../contracts/failures.js';
import type { Observation } from '../../contracts/health.js';
import { FAILURE_MOVES } from '../failure-moves.js';
import { addToBucket, EMPTY_BUCKET, mergeBuckets, qualityOf, tallyOf, uptimeOf } from './bucket.js';
import { BUCKET_MS, foldWindows, recentTally, WINDOW_MS } from './window.js';

const classes = Object.keys(FAILURE_MOVES) as FailureClass[];
const observations = fc.record(
  {
    offerId: fc.constant('a/b'),
    startedAtMs: fc.constant(0),
    endedAtMs: fc.nat(),
    failure: fc.record({ class: fc.constantFrom(...classes) }),
    firstTokenMs: fc.nat(100_000),
    tokensPerSecond: fc.double({ min: 0, max: 5_000, noNaN: true }),
    signs: fc.record(
      {
        refused: fc.boolean(),
        truncated: fc.boolean(),
        empty: fc.boolean(),
        schemaValid: fc.boolean(),
        toolCallsValid: fc.boolean(),
      },
      { requiredKeys: ['refused', 'truncated', 'empty'] },
    ),
  },
  { requiredKeys: ['offerId', 'startedAtMs', 'endedAtMs'] },
);
const bucketOf = (seen: readonly Observation[]) => seen.reduce(addToBucket, EMPTY_BUCKET);
const failed = (failure: FailureClass): Observation => ({
  ...{ offerId: 'a/b', startedAtMs: 0, endedAtMs: 1 },
  failure: { class: failure },
});
const answered: Observation = { offerId: 'a/b', startedAtMs: 0, endedAtMs: 1 };

describe('buckets', () => {
  it('add up to the same, however attempts are shared among processes and in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(observations, fc.nat(3)), { maxLength: 30 }), fc.boolean(), (seen, reversed) => {
        const parts = [0, 1, 2, 3].map((process) =>
          bucketOf(seen.flatMap(([one, by]) => (by === process ? [one] : []))),
        );
        const [a, b, c, d] = parts as [
          typeof EMPTY_BUCKET,
          typeof EMPTY_BUCKET,
          typeof EMPTY_BUCKET,
          typeof EMPTY_BUCKET,
        ];
        const whole = bucketOf(seen.map(([one]) => one));
        expect(mergeBuckets(reversed ? parts.toReversed() : parts)).toEqual(whole);
        expect(mergeBuckets([mergeBuckets([a, b]), mergeBuckets([c, d])])).toEqual(whole);
        expect(mergeBuckets([a, mergeBuckets([b, mergeBuckets([c, d])])])).toEqual(whole);
      }),
    );
  });

  it('survive JSON', () => {
    fc.assert(
      fc.property(fc.array(observations, { maxLength: 10 }), (seen) => {
        expect(JSON.parse(JSON.stringify(bucketOf(seen)))).toEqual(bucketOf(seen));
      }),
    );
  });

  it('count what says something of the vendor, and of that what is its fault or our account’s', () => {
    const seen = [
      answered,
      answered,
      failed('overloaded'),
      failed('auth'),
      failed('invalid_request'),
      failed('cancelled'),
    ];
    expect(tallyOf(bucketOf(seen))).toEqual({ counted: 4, faults: 2 });
  });

  it('tell uptime as OpenRouter does: what a rate limit refused is left out', () => {
    expect(uptimeOf(bucketOf([answered, failed('overloaded'), failed('rate_limited')]))).toBe(0.5);
    expect(uptimeOf(bucketOf([failed('rate_limited'), failed('cancelled')]))).toBeUndefined();
  });

  it('tell shares of the answers that could be looked at', () => {
    const sign = { refused: false, truncated: false, empty: false };
    const seen = [
      { ...answered, signs: { ...sign, schemaValid: false } },
      { ...answered, signs: { ...sign, schemaValid: true } },
      { ...answered, signs: { ...sign, truncated: true } },
      { ...answered, signs: { ...sign, refused: true } },
      failed('overloaded'),
    ];
    expect(qualityOf(bucketOf(seen))).toEqual({ refused: 0.25, truncated: 0.25, empty: 0, schemaInvalid: 0.5 });
    expect(qualityOf(bucketOf([failed('cut')]))).toBeUndefined();
  });
});

describe('windows', () => {
  const nowMs = 1_000 * BUCKET_MS;
  const one = bucketOf([failed('cut')]);

  it('count the last five minutes of all processes, and nothing older', () => {
    const first = (nowMs - WINDOW_MS) / BUCKET_MS;
    const mine = new Map([
      [first, one],
      [first + 1, one],
    ]);
    expect(foldWindows([mine, new Map([[1_000, one]])], nowMs).attempts).toBe(2);
    expect(foldWindows([], nowMs)).toEqual(EMPTY_BUCKET);
  });

  it('leave out a bucket that began before the time asked for', () => {
    const windows = [new Map([[999, one]]), new Map([[1_000, one]])];
    expect(recentTally(windows, nowMs - BUCKET_MS)).toEqual({ counted: 2, faults: 2 });
    expect(recentTally(windows, nowMs - 1)).toEqual({ counted: 1, faults: 1 });
    expect(recentTally(windows, nowMs + 1)).toEqual({ counted: 0, faults: 0 });
  });
});
