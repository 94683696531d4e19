import { describe, expect, it } from 'vitest';
import { durationMs, durationText } from './duration.js';

describe('a duration', () => {
  it.each([
    ['90s', 90_000, '1m30s'],
    ['90', 90_000, '1m30s'],
    ['5m', 300_000, '5m'],
    [' 1h30m ', 5_400_000, '1h30m'],
    ['48h', 172_800_000, '48h'],
    ['0s', 0, '0s'],
  ])('%s is read, and told', (text, ms, told) => {
    expect([durationMs(text), durationText(ms)]).toEqual([ms, told]);
  });

  it.each(['', ' ', 'm', '1d', '-5m', '5 m', '1.5h', '30s1h'])('%j is none', (text) => {
    expect(durationMs(text)).toBeUndefined();
  });
});
