import { readFileSync, writeFileSync } from 'node:fs';
import { renderCosts } from './measure-costs.js';
import { renderAccuracy, renderConfusion } from './measure-estimates.js';

/** By page: what of it is measured, each part between marks of its name. */
const PARTS: { readonly [page: string]: readonly (readonly [string, () => string])[] } = {
  'docs/routing-auto.md': [
    ['accuracy', renderAccuracy],
    ['costs', renderCosts],
  ],
  'docs/routing.md': [
    ['confusion', renderConfusion],
    ['costs', renderCosts],
  ],
};

export const EVALUATED_PAGES = Object.keys(PARTS);

const urlOf = (page: string): URL => new URL(`../../${page}`, import.meta.url);

/** A page as it is, and as it should be. */
export function evaluatedPage(page: string): { readonly written: string; readonly measured: string } {
  const written = readFileSync(urlOf(page), 'utf8');
  const replaced = (text: string, [name, render]: readonly [string, () => string]): string =>
    replacePart(page, text, name, render());
  return { written, measured: (PARTS[page] ?? []).reduce(replaced, written) };
}

function replacePart(page: string, text: string, name: string, part: string): string {
  const [start, end] = [`<!-- ${name}: npm run evaluate:auto -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from === -1 || to === -1) throw new Error(`${page} has no part ${name}`);
  return `${text.slice(0, from)}${start}\n\n${part}\n\n${text.slice(to)}`;
}

if (process.argv[1]?.endsWith('evaluate.ts') === true) {
  for (const page of EVALUATED_PAGES) writeFileSync(urlOf(page), evaluatedPage(page).measured);
}
