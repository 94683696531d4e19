import fc from 'fast-check';
import { expect, it } from 'vitest';
import { editDistance } from './edit-distance.js';

it.each([
  ['', '', 0],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
  ['gpt-4o', 'gpt-o4', 1],
  ['claude-haiku-4.5', 'claude-haiku-4-5', 1],
])('%j and %j are %d apart', (left, right, distance) => {
  expect(editDistance(left, right)).toBe(distance);
});

it('is 0 for equal texts alone, the same both ways, and at most the longer length', () => {
  const text = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', '-') });
  fc.assert(
    fc.property(text, text, (left, right) => {
      const distance = editDistance(left, right);
      expect(distance === 0).toBe(left === right);
      expect(distance).toBe(editDistance(right, left));
      expect(distance).toBeLessThanOrEqual(Math.max(left.length, right.length));
      expect(distance).toBeGreaterThanOrEqual(Math.abs(left.length - right.length));
    }),
  );
});
