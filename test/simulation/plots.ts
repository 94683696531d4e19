import type { Summary } from './summary.js';

const COLORS: { readonly [name: string]: string | undefined } = {
  'fixed choice': '#7f8c8d',
  random: '#b2bec3',
  'cheapest first': '#e17055',
  Envoy: '#e84393',
  LiteLLM: '#6c5ce7',
  OpenRouter: '#0984e3',
  Sluice: '#00b894',
};
const OTHERS = '#fdcb6e';
const colorOf = (name: string): string => COLORS[name] ?? OTHERS;
const FONT = 'font-family="system-ui, sans-serif" font-size="12"';

const svg = (width: number, height: number, parts: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${FONT}>`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');

const label = (x: number, y: number, text: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${text}</text>`;

interface Panel {
  readonly title: string;
  readonly of: (summary: Summary) => number;
  readonly text: (value: number) => string;
}

const PANELS: readonly Panel[] = [
  { title: 'USD for 1,000 answers', of: ({ usdPerThousand }) => usdPerThousand, text: (usd) => usd.toFixed(2) },
  { title: 'p95 of the whole answer, s', of: ({ p95 }) => p95 / 1_000, text: (seconds) => seconds.toFixed(1) },
  { title: 'not answered, %', of: ({ availability }) => 100 * (1 - availability), text: (share) => share.toFixed(2) },
  { title: 'failed attempts for 1,000 requests', of: ({ detours }) => detours, text: (count) => count.toFixed(0) },
];

/** A row of bars for each figure, the strategies one below another. */
export function plotStrategies(summaries: readonly Summary[]): string {
  const [left, panelWidth, rowHeight, top] = [130, 220, 24, 40] as const;
  const names = summaries.map(({ name }, row) =>
    label(left - 8, top + row * rowHeight + 16, name, 'text-anchor="end"'),
  );
  const panels = PANELS.flatMap(({ title, of, text }, column) => {
    const x = left + column * panelWidth;
    const most = Math.max(...summaries.map(of), 1e-9);
    const bars = summaries.flatMap((summary, row) => {
      const width = (of(summary) / most) * (panelWidth - 70);
      const y = top + row * rowHeight;
      return [
        `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${rowHeight - 6}" fill="${colorOf(summary.name)}"/>`,
        label(x + width + 4, y + 14, text(of(summary))),
      ];
    });
    return [label(x, 24, title, 'font-weight="bold"'), ...bars];
  });
  return svg(left + PANELS.length * panelWidth, top + summaries.length * rowHeight + 12, [...names, ...panels]);
}

export interface Line {
  readonly name: string;
  readonly shares: readonly number[];
}

/** Shares over time, with the outage shaded. `minutes` is the stretch that all lines have, `outage` a part of it. */
export function plotShift(lines: readonly Line[], minutes: number, outage: readonly [number, number]): string {
  const [left, top, width, height] = [50, 30, 700, 220] as const;
  const xOf = (minute: number): number => left + (minute / minutes) * width;
  const yOf = (share: number): number => top + height - share * height;
  const ticks = Array.from({ length: 6 }, (_, index) => (index * minutes) / 5);
  const parts = [
    `<rect x="${xOf(outage[0]).toFixed(1)}" y="${top}" width="${(xOf(outage[1]) - xOf(outage[0])).toFixed(1)}" height="${height}" fill="#ffeaea"/>`,
    label(
      left,
      18,
      'Share of requests that ask the failing offer first, during an outage and after it',
      'font-weight="bold"',
    ),
    ...[0, 0.5, 1].map((share) => label(left - 6, yOf(share) + 4, `${share * 100} %`, 'text-anchor="end"')),
    ...ticks.map((minute) => label(xOf(minute), top + height + 16, `${minute} min`, 'text-anchor="middle"')),
    ...lines.flatMap(({ name, shares }, index) => {
      const color = colorOf(name);
      const points = shares.map(
        (share, step) => `${xOf(((step + 0.5) * minutes) / shares.length).toFixed(1)},${yOf(share).toFixed(1)}`,
      );
      return [
        `<polyline fill="none" stroke="${color}" stroke-width="2" points="${points.join(' ')}"/>`,
        `<rect x="${left + width + 20}" y="${top + index * 22}" width="12" height="12" fill="${color}"/>`,
        label(left + width + 38, top + index * 22 + 11, name),
      ];
    }),
  ];
  return svg(left + width + 140, top + height + 30, parts);
}
