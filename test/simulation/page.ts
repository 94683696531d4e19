import type { DayOptions } from './day.js';
import { HOUR, MARKET } from './market.js';
import type { NamedStrategy } from './strategy.js';
import type { Summary } from './summary.js';

export interface PageParts {
  readonly strategies: readonly NamedStrategy[];
  readonly summaries: readonly Summary[];
  readonly outages: readonly {
    readonly name: string;
    readonly detours: number;
    readonly returnedAfterMs: number | undefined;
  }[];
  readonly requests: number;
  readonly day: DayOptions;
}

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const percent = (share: number, digits = 2): string => `${(share * 100).toFixed(digits)} %`;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const clock = (ms: number): string =>
  `${String(Math.floor(ms / HOUR)).padStart(2, '0')}:${String(Math.round((ms % HOUR) / 60_000)).padStart(2, '0')}`;

/** docs/routing-simulation.md, whole. */
export function renderPage({ strategies, summaries, outages, requests, day }: PageParts): string {
  const lines = [
    '# A simulated day of routing',
    '',
    '<!-- Written by test/simulation/simulate-routing.ts: npm run simulate:routing -->',
    '',
    `${requests} requests in 24 hours (up to ${day.peak} a second) for one model that five vendors serve, routed by each strategy. Every`,
    'request meets the same vendors at the same moment: what an attempt would bring is drawn from the seed, the request and the',
    `offer, so that \`npm run simulate:routing\` gives this page again, byte by byte (seed \`${day.seed}\`). A request asks up to three offers.`,
    '',
    '**What is assumed.** Prices are of the order that vendors ask for an open model of 70 billion parameters. Speeds, error rates',
    'and incidents are assumed: the recordings that the project is tested with hold no times. There is one incident of each kind',
    'that status pages tell of. Figures compare strategies under the same assumptions, and promise nothing of a real day.',
    '',
    row('offer', 'USD for 1,000 answers', 'first token (median)', 'tokens a second', 'errors', 'incidents'),
    row('---', '--:', '--:', '--:', '--:', '---'),
    ...MARKET.map(({ id, usdPerMillion: [input, output], firstTokenMs, tokensPerSecond, errors, incidents }) => {
      const usd = (1_200 * input + 300 * output) / 1_000;
      const [first, ...more] = incidents.map(
        ({ failure, share, fromMs, untilMs }) =>
          `${failure} of ${percent(share, 0)}, ${clock(fromMs)} to ${clock(untilMs)}`,
      );
      const told =
        more.length > 2
          ? `${first ?? ''}; ten times two minutes down from 17:00`
          : incidents.length === 0
            ? 'none'
            : [first, ...more].join('; ');
      return row(`\`${id}\``, usd.toFixed(2), `${firstTokenMs.median} ms`, tokensPerSecond, percent(errors, 1), told);
    }),
    '',
    '## Results',
    '',
    '![Cost, latency, unanswered requests and failed attempts of each strategy](assets/routing-strategies.svg)',
    '',
    row(
      'strategy',
      'USD for 1,000 answers',
      'p50',
      'p95',
      'answered',
      'by the first asked',
      'failed attempts for 1,000',
    ),
    row('---', '--:', '--:', '--:', '--:', '--:', '--:'),
    ...summaries.map(({ name, usdPerThousand, p50, p95, availability, atOnce, detours }) =>
      row(
        name,
        usdPerThousand.toFixed(3),
        seconds(p50),
        seconds(p95),
        percent(availability, 3),
        percent(atOnce),
        detours.toFixed(1),
      ),
    ),
    '',
    '## One outage',
    '',
    'The cheapest offer hangs from 02:00 to 03:30, so that each request which asks it first waits 10 s for nothing.',
    '',
    '![Share of requests that ask the failing offer first](assets/routing-shift.svg)',
    '',
    row('strategy', 'requests that waited for it in vain', 'first answer of its own after the end'),
    row('---', '--:', '--:'),
    ...outages.map(({ name, detours, returnedAfterMs }) =>
      row(name, detours, returnedAfterMs === undefined ? 'none' : seconds(returnedAfterMs)),
    ),
    '',
    '## The strategies',
    '',
    ...strategies.map(({ name, source }) => `- **${name}**: ${source}.`),
    '',
  ];
  return lines.join('\n');
}
