import { describe, expect, it } from 'vitest';
import { submitAgainAfterMs } from './submission-retry.js';

const answer = (status: number, headers: Readonly<Record<string, string>> = {}) =>
  submitAgainAfterMs({ status, headers: { 'x-should-retry': 'true', ...headers } });

describe('a submission that was not taken', () => {
  it.each([
    ['a rate limit', 429, '2500', 2_500],
    ['a process that is full', 503, '1000', 1_000],
    ['one that does not say how long', 503, undefined, 1_000],
    ['one that says nonsense', 503, 'soon', 1_000],
    ['a moment', 429, '1', 250],
    ['a day', 429, '86400000', 60_000],
  ])('is sent again after %s', (_what, status, told, expected) => {
    expect(answer(status, told === undefined ? {} : { 'retry-after-ms': told })).toBe(expected);
  });

  it.each([
    ['is larger than a whole rate limit', 429, 'false'],
    ['is refused by a vendor that is overloaded, for good', 503, 'false'],
    ['has met a bug', 500, 'true'],
    ['is wrong', 400, 'true'],
    ['was taken', 202, 'true'],
  ])('is not where it %s', (_what, status, may) => {
    expect(answer(status, { 'x-should-retry': may, 'retry-after-ms': '10' })).toBeUndefined();
  });
});
