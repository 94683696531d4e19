import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { EVENT_TYPES } from '../../workflows/domain/webhooks/event-types.js';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');

it('docs/webhooks.md has the events as they are in code', () => {
  const rows = Object.entries(EVENT_TYPES).map(([type, told]) => `| \`${type}\` | ${told} |`);
  expect(page).toContain(['| type | is told |', '|---|---|', ...rows].join('\n'));
});
