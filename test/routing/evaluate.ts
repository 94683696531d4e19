import { readFileSync, writeFileSync } from 'node:fs';
import { renderCosts } from './measure-costs.js';
import { renderAccuracy } from './measure-estimates.js';

/** The parts of the page that are measured stand between these marks. */
const PARTS: readonly (readonly [string, () => string])[] = [
  ['accuracy', renderAccuracy],
  ['costs', renderCosts],
];

const PAGE = new URL('../../docs/routing-auto.md', import.meta.url);

/** `docs/routing-auto.md` as it is, and as it should be. */
export function evaluatedPage(): { readonly written: string; readonly measured: string } {
  const written = readFileSync(PAGE, 'utf8');
  const measured = PARTS.reduce((page, [name, render]) => replacePart(page, name, render()), written);
  return { written, measured };
}

function replacePart(page: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name}: npm run evaluate:auto -->`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from === -1 || to === -1) throw new Error(`docs/routing-auto.md has no part ${name}`);
  return `${page.slice(0, from)}${start}\n\n${text}\n\n${page.slice(to)}`;
}

if (process.argv[1]?.endsWith('evaluate.ts') === true) writeFileSync(PAGE, evaluatedPage().measured);
