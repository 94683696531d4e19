import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addToSketch, EMPTY_SKETCH, percentilesOf } from './sketch.js';

const values = fc.array(fc.double({ min: 1, max: 3_600_000, noNaN: true }), { minLength: 1, maxLength: 200 });

it('every percentile is within 5 % of the value of that rank', () => {
  fc.assert(
    fc.property(values, (seen) => {
      const told = percentilesOf(seen.reduce(addToSketch, EMPTY_SKETCH))!;
      const sorted = seen.toSorted((left, right) => left - right);
      for (const [name, share] of Object.entries({ p50: 0.5, p75: 0.75, p90: 0.9, p99: 0.99 })) {
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1]!;
        expect(Math.abs(told[name as 'p50'] / exact - 1)).toBeLessThan(0.05);
      }
    }),
  );
});

it('nothing has no percentiles, and what is out of range counts as its nearest', () => {
  expect(percentilesOf(EMPTY_SKETCH)).toBeUndefined();
  expect(percentilesOf([0, -3].reduce(addToSketch, EMPTY_SKETCH))?.p99).toBeCloseTo(1.04);
  expect(percentilesOf(addToSketch(EMPTY_SKETCH, 1e15))?.p50).toBeGreaterThan(3e7);
});
