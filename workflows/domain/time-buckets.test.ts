import { describe, expect, it } from 'vitest';
import { timeBuckets } from './time-buckets.js';

const DAY = 86_400;

describe('buckets of time', () => {
  it('end at midnight of UTC, and the first and last are cut to the stretch', () => {
    expect(timeBuckets({ from: DAY - 10, until: 2 * DAY + 5 }, '1d', 7)).toEqual({
      buckets: [
        { from: DAY - 10, until: DAY },
        { from: DAY, until: 2 * DAY },
        { from: 2 * DAY, until: 2 * DAY + 5 },
      ],
    });
  });

  it.each([
    ['1m', 60],
    ['1h', 3_600],
    ['1d', DAY],
  ] as const)('of %s are %i seconds long', (width, seconds) => {
    const { buckets } = timeBuckets({ from: 0, until: 2 * seconds }, width, 7);
    expect(buckets).toEqual([
      { from: 0, until: seconds },
      { from: seconds, until: 2 * seconds },
    ]);
  });

  it('tell where the rest begins, which has the same buckets as without a limit', () => {
    const stretch = { from: 100, until: 10_000 };
    const { buckets: all } = timeBuckets(stretch, '1h', 10);
    const { buckets: first, next } = timeBuckets(stretch, '1h', 2);
    expect(next).toBe(7_200);
    expect([...first, ...timeBuckets({ ...stretch, from: next! }, '1h', 10).buckets]).toEqual(all);
  });

  it('are none of no time', () => {
    expect(timeBuckets({ from: 5, until: 5 }, '1d', 7)).toEqual({ buckets: [] });
  });
});
