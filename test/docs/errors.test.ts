import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { failureTable, refusalTable } from './error-pages.js';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/errors.md'), 'utf8');

it('docs/errors.md has the refusals as they are in code', () => {
  expect(page).toContain(refusalTable());
});

it("docs/errors.md has the vendors' failures as they are in code", () => {
  expect(page).toContain(failureTable());
});
