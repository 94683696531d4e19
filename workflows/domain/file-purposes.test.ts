import { expect, it } from 'vitest';
import { purposeProblem } from './file-purposes.js';

it.each([
  ['batch', undefined, false],
  ['batch', 'image/png', true],
  ['fine-tune', 'application/pdf', true],
  ['evals', 'application/zip', true],
  ['vision', 'image/webp', false],
  ['vision', 'application/pdf', true],
  ['vision', undefined, true],
  ['user_data', 'application/pdf', false],
  ['assistants', undefined, false],
  [undefined, 'image/png', false],
])('a file for %s that is %s has a problem: %s', (purpose, type, expected) => {
  expect(purposeProblem(purpose, type) !== undefined).toBe(expected);
});
