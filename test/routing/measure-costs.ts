import { loadCatalogue } from '../../infra/catalogue/load-catalogue.js';
import type { TaskKind } from '../../workflows/contracts/estimates.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { autoModels } from '../../workflows/domain/auto/auto-models.js';
import { expectedCost, expectedUse } from '../../workflows/domain/auto/expected-cost.js';
import { demandOf } from '../../workflows/domain/demand.js';
import { type Estimated, estimatePrompts, percent, table } from './measure-estimates.js';
import { toCall } from './prompt-set.js';

/** Vendors whose offers are chosen among: those that most installations have a key of. */
const VENDORS = ['openai', 'anthropic', 'google'];

/** A prompt that is labelled so counts as served well by a model with at least this share of the best quality for its kind. */
const ENOUGH = { cheap: 0.4, strong: 0.8 } as const;

/** What the labels say of the work to be done: prices are compared for the same work, whatever it was taken for. */
const DIFFICULTY = { easy: 0.1, medium: 0.4, hard: 0.9 } as const;

const NANO_A_USD = 1_000_000_000n;
const MILLION = 1_000_000n;

type Choose = (estimated: Estimated, offers: readonly Offer[]) => string | undefined;

const fixed =
  (difficulty: number): Choose =>
  (estimated, offers) =>
    chosen('balanced', offers, {
      estimate: { kind: estimated.estimate.kind, difficulty },
      demand: demandFor(estimated),
    });

const byPolicy =
  (policy: Parameters<typeof autoModels>[0]): Choose =>
  (estimated, offers) =>
    chosen(policy, offers, { estimate: estimated.estimate, demand: demandFor(estimated) });

const WAYS: readonly (readonly [string, Choose])[] = [
  ['`sluice/auto`', byPolicy('balanced')],
  ['`sluice/auto-cheap`', byPolicy('cheap')],
  ['`sluice/auto-best`', byPolicy('best')],
  ['always strong (as if the difficulty were 1)', fixed(1)],
  ['always cheap (as if it were 0)', fixed(0)],
  [
    'as labelled (an estimate that is never wrong)',
    (estimated, offers) =>
      chosen('balanced', offers, {
        estimate: { kind: estimated.prompt.kind, difficulty: estimated.prompt.tier === 'strong' ? 1 : 0 },
        demand: demandFor(estimated),
      }),
  ],
  ['openai/gpt-5.2 for everything', () => 'openai/gpt-5.2'],
  ['openai/gpt-4o-mini for everything', () => 'openai/gpt-4o-mini'],
];

export interface WayResult {
  readonly name: string;
  /** For a thousand requests, in nano USD. */
  readonly nanoUsdAThousand: bigint;
  readonly served: readonly { readonly tier: 'cheap' | 'strong'; readonly isEnough: boolean }[];
}

export function measureWays(part: 'training' | 'held out'): readonly WayResult[] {
  const { offers } = loadCatalogue({ vendors: VENDORS });
  const prompts = estimatePrompts(part);
  const best = new Map<TaskKind, number>();
  for (const { prompt } of prompts) best.set(prompt.kind, bestFor(prompt.kind, offers));
  return WAYS.map(([name, choose]) => {
    const results = prompts.map((estimated) => {
      const { prompt } = estimated;
      const model = choose(estimated, offers);
      const own = offers.filter((offer) => offer.model === model && offer.region === undefined);
      const quality = own[0]?.quality?.[prompt.kind] ?? 0;
      const isEnough = quality >= ENOUGH[prompt.tier] * (best.get(prompt.kind) ?? 1);
      return { tier: prompt.tier, isEnough, cost: costOf(estimated, own) };
    });
    const sum = results.reduce((total, { cost }) => total + cost, 0n);
    return { name, nanoUsdAThousand: (sum * 1_000n) / BigInt(results.length) / MILLION, served: results };
  });
}

export function renderCosts(): string {
  const results = measureWays('held out');
  const strong = results.find(({ name }) => name.startsWith('always strong'))?.nanoUsdAThousand ?? 1n;
  return table(
    ['way', 'USD for 1,000 requests', 'of always strong', 'cheap ones served well', 'strong ones served well'],
    results.map(({ name, nanoUsdAThousand, served }) => [
      name,
      usd(nanoUsdAThousand),
      `${String((nanoUsdAThousand * 100n) / strong)} %`,
      ...(['cheap', 'strong'] as const).map((tier) =>
        percent(
          served.filter((one) => one.tier === tier),
          ({ isEnough }) => isEnough,
        ),
      ),
    ]),
  );
}

function chosen(
  policy: Parameters<typeof autoModels>[0],
  offers: readonly Offer[],
  wants: Parameters<typeof autoModels>[2],
): string | undefined {
  return autoModels(policy, offers, wants)[0];
}

function demandFor({ prompt }: Estimated) {
  return demandOf(toCall(prompt));
}

function costOf(estimated: Estimated, offers: readonly Offer[]): bigint {
  const { kind, level } = estimated.prompt;
  const use = expectedUse({ kind, difficulty: DIFFICULTY[level] }, demandFor(estimated).textBytes, 0);
  const costs = offers.flatMap((offer) => expectedCost(offer, use) ?? []);
  return costs.reduce((least, cost) => (cost < least ? cost : least), costs[0] ?? 0n);
}

function bestFor(kind: TaskKind, offers: readonly Offer[]): number {
  return Math.max(...offers.map(({ quality }) => quality?.[kind] ?? 0));
}

function usd(nano: bigint): string {
  const cents = (nano * 100n + NANO_A_USD / 2n) / NANO_A_USD;
  return `${String(cents / 100n)}.${String(cents % 100n).padStart(2, '0')}`;
}
