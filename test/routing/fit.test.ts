import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fittedWeights } from './fit.js';
import { fit, softmax } from './logistic.js';

const TARGET = new URL('../../workflows/domain/difficulty/weights.ts', import.meta.url);

it('gives the weights that are committed', async () => {
  expect(readFileSync(TARGET, 'utf8')).toBe(await fittedWeights());
});

it('learns what one feature tells, and nothing of one that tells nothing', () => {
  const examples = Array.from({ length: 40 }, (_, index) => {
    const isLong = index % 2 === 0;
    return {
      features: [isLong ? 1 : 0, index % 4 < 2 ? 1 : 0, 1],
      label: isLong ? ('strong' as const) : ('cheap' as const),
    };
  });
  const weights = fit(['cheap', 'strong'], examples, { ridge: 1 });
  expect((weights.strong[0] ?? 0) - (weights.cheap[0] ?? 0)).toBeGreaterThan(2);
  expect(Math.abs((weights.strong[1] ?? 0) - (weights.cheap[1] ?? 0))).toBeLessThan(0.5);
  expect(softmax([1_000, 1_000])).toEqual([0.5, 0.5]);
});
