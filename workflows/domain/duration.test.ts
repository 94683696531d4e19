import { expect, it } from 'vitest';
import { durationMs } from './duration.js';

it.each([
  ['90s', 90_000],
  ['90', 90_000],
  [' 5m ', 300_000],
  ['1h30m', 5_400_000],
  ['24h', 86_400_000],
  ['1h1m1s', 3_661_000],
  ['', 0],
  ['soon', 0],
  ['1d', 0],
  ['5m1h', 0],
  ['-5s', 0],
])('%s is %d ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});
