import { describe, expect, it } from 'vitest';
import { postponedMs, RETRY_SECONDS, retryDelayMs } from './retries.js';

const question = { elapsedMs: 0, seed: 'whd_1', schedule: RETRY_SECONDS };

/** When each attempt of a delivery is made that nobody takes, in seconds, where attempts themselves take no time. */
function walk(seed: string, wishMs = 0): readonly number[] {
  const moments = [0];
  for (let attempts = 1, elapsedMs = 0; ; attempts += 1) {
    const delayMs = retryDelayMs({ ...question, attempts, elapsedMs, seed, wishMs });
    if (delayMs === undefined) return moments;
    elapsedMs += delayMs;
    moments.push(elapsedMs / 1_000);
  }
}

describe('a webhook that nobody takes', () => {
  it('is tried ten times over a day, a little later than planned each time', () => {
    for (const seed of Array.from({ length: 200 }, (_, index) => `whd_${index}`)) {
      const moments = walk(seed);
      expect(moments).toHaveLength(10);
      for (const [index, planned] of RETRY_SECONDS.entries()) {
        const pause = planned - (RETRY_SECONDS[index - 1] ?? 0);
        expect(moments[index + 1]).toBeGreaterThanOrEqual(planned);
        expect(moments[index + 1]).toBeLessThanOrEqual(planned + 0.1 * pause);
      }
    }
  });

  it('is tried at other moments than others that failed with it', () => {
    const moments = new Set(Array.from({ length: 100 }, (_, index) => walk(`whd_${index}`)[2]));
    expect(moments.size).toBeGreaterThan(90);
  });

  it('is tried at the same moments whoever computes them', () => expect(walk('whd_1')).toEqual(walk('whd_1')));
});

describe('a retry', () => {
  it('counts the time that attempts have taken', () => {
    const delayMs = retryDelayMs({ ...question, attempts: 2, elapsedMs: 250_000 });
    expect(delayMs).toBeGreaterThanOrEqual(50_000);
    expect(delayMs).toBeLessThanOrEqual(80_000);
  });

  it('whose time is over comes soon, and not at once', () => {
    expect(retryDelayMs({ ...question, attempts: 3, elapsedMs: 90_000_000 })).toBe(250);
  });

  it('waits for as long as the receiver asks, within reason', () => {
    expect(retryDelayMs({ ...question, attempts: 1, wishMs: 120_000 })).toBe(120_000);
    expect(retryDelayMs({ ...question, attempts: 1, wishMs: 1 })).toBeGreaterThanOrEqual(5_000);
    expect(retryDelayMs({ ...question, attempts: 1, wishMs: 1e12 })).toBe(6 * 3_600_000);
  });

  it('does not come where a plan has none', () => {
    expect(retryDelayMs({ ...question, attempts: 1, schedule: [] })).toBeUndefined();
    expect(retryDelayMs({ ...question, attempts: 10 })).toBeUndefined();
  });
});

it('standing back grows to a minute', () => {
  const waits = [0, 1, 2, 5, 6, 50].map((postponed) => postponedMs(postponed, 'whd_1'));
  const most = [1_000, 2_000, 4_000, 32_000, 60_000, 60_000];
  for (const [index, wait] of waits.entries()) {
    expect(wait).toBeGreaterThanOrEqual((most[index] ?? 0) / 2);
    expect(wait).toBeLessThanOrEqual(most[index] ?? 0);
  }
});
