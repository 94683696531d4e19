import { expect, it } from 'vitest';
import { EVALUATED_PAGES, evaluatedPage } from './evaluate.js';
import { measureWays } from './measure-costs.js';
import { estimatePrompts, isKindRight, isTierRight } from './measure-estimates.js';

// Where one of these fails after a change to prices, figures, features or prompts: `npm run evaluate:auto`, and read the page.

it.each(EVALUATED_PAGES)('says in %s what the command measures', (page) => {
  const { written, measured } = evaluatedPage(page);
  expect(written).toBe(measured);
});

it('is right about the kind of four held-out prompts in five, and about the tier of nine in ten', () => {
  const held = estimatePrompts('held out');
  expect(held.filter(isKindRight).length / held.length).toBeGreaterThan(0.8);
  expect(held.filter(isTierRight).length / held.length).toBeGreaterThan(0.9);
});

it('costs less than half of always strong, and serves nine in ten of those that need a strong model by one', () => {
  const ways = measureWays('held out');
  const costOf = (name: string): bigint => ways.find((way) => way.name.startsWith(name))?.nanoUsdAThousand ?? 0n;
  expect(costOf('`sluice/auto`') * 2n).toBeLessThan(costOf('always strong'));
  expect(costOf('`sluice/auto-cheap`')).toBeLessThan(costOf('`sluice/auto`'));
  const strong = ways[0]?.served.filter(({ tier }) => tier === 'strong') ?? [];
  expect(strong.filter(({ isEnough }) => isEnough).length / strong.length).toBeGreaterThan(0.9);
});
