import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MARKET, HOUR } from './market.js';
import { plotShift, plotStrategies } from './plots.js';
import { renderPage } from './page.js';
import { simulate } from './day.js';
import { STRATEGIES } from './strategies.js';
import { firstShares, shiftTimes, summarize } from './summary.js';

// A day of requests under each strategy, by a seed: `npm run simulate:routing` writes docs/routing-simulation.md and its plots.

const MINUTE = 60_000;
const DAY = { seed: 'a day in 2026', fromMs: 0, untilMs: 24 * HOUR, peak: 0.5 };
/** The cheapest offer's hard outage. */
const OUTAGE = [2 * HOUR, 3.5 * HOUR] as const;
const SHOWN = [1.75 * HOUR, 3.75 * HOUR] as const;

const docs = resolve(import.meta.dirname, '../../docs');
const days = STRATEGIES.map((strategy) => ({ strategy, served: simulate(strategy, MARKET, DAY) }));
const summaries = days.map(({ strategy: { name }, served }) => summarize(name, served));
const outages = days.map(({ strategy: { name }, served }) => ({ name, ...shiftTimes(served, 'cheap', OUTAGE) }));
/** Those that differ in what they remember: more lines than these cannot be told apart. */
const COMPARED = ['cheapest first', 'Envoy', 'LiteLLM', 'OpenRouter', 'Sluice'];
const compared = days.filter(({ strategy: { name } }) => COMPARED.includes(name));
const lines = compared.map(({ strategy: { name }, served }) => ({
  name,
  shares: firstShares(served, 'cheap', SHOWN, 60),
}));

mkdirSync(resolve(docs, 'assets'), { recursive: true });
writeFileSync(resolve(docs, 'assets/routing-strategies.svg'), plotStrategies(summaries));
const minutesOf = (atMs: number): number => (atMs - SHOWN[0]) / MINUTE;
const shaded = [minutesOf(OUTAGE[0]), minutesOf(OUTAGE[1])] as const;
writeFileSync(resolve(docs, 'assets/routing-shift.svg'), plotShift(lines, minutesOf(SHOWN[1]), shaded));
const [first] = days;
writeFileSync(
  resolve(docs, 'routing-simulation.md'),
  renderPage({ strategies: STRATEGIES, summaries, outages, requests: first?.served.length ?? 0, day: DAY }),
);
