import { expect, it } from 'vitest';
import { createSendLimits } from './send-limits.js';

it('one endpoint takes its share and no more, and gives it back', () => {
  const limits = createSendLimits({ perEndpoint: 2, inAll: 3 });
  const [first, second] = [limits.enter('slow'), limits.enter('slow')];
  expect(limits.enter('slow')).toBeUndefined();
  const other = limits.enter('other');
  expect(other).toBeDefined();
  // All places are taken now.
  expect(limits.enter('third')).toBeUndefined();
  first?.();
  expect(limits.enter('third')).toBeDefined();
  expect(limits.enter('slow')).toBeUndefined();
  second?.();
  expect(limits.enter('slow')).toBeDefined();
});
