import type { FailureClass } from '../../workflows/contracts/failures.js';
import { chanceOf } from '../../workflows/domain/seed.js';

/** One vendor's offer of the same model, as it behaves in the simulated day. Times are milliseconds. */
export interface MarketOffer {
  readonly id: string;
  /** USD for a million tokens, input and output. */
  readonly usdPerMillion: readonly [input: number, output: number];
  /** A log-normal distribution of the time to the first token. */
  readonly firstTokenMs: { readonly median: number; readonly sigma: number };
  readonly tokensPerSecond: number;
  /** The share of attempts that fail on an ordinary day. */
  readonly errors: number;
  readonly incidents: readonly Incident[];
}

/** A stretch of the day in which an offer is not itself. */
export interface Incident {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly failure: FailureClass;
  /** The share of attempts that fail so. */
  readonly share: number;
  /** How long a failing attempt takes. */
  readonly failsAfterMs: number;
  readonly retryAfterMs?: number;
  /** What an answer takes longer by. */
  readonly slower?: number;
}

export interface AttemptResult {
  readonly ms: number;
  readonly failure?: { readonly class: FailureClass; readonly retryAfterMs?: number };
  readonly usd: number;
}

export const HOUR = 3_600_000;
const MINUTE = 60_000;
const TOKENS = { input: 1_200, output: 300 } as const;

const at = (hour: number, minutes: number, rest: Omit<Incident, 'fromMs' | 'untilMs'>): Incident => ({
  ...{ fromMs: hour * HOUR, untilMs: hour * HOUR + minutes * MINUTE },
  ...rest,
});

/** Ten times two minutes down and three up. */
const flapping = Array.from({ length: 10 }, (_, turn) =>
  at(17 + turn / 12, 2, { failure: 'vendor_error', share: 1, failsAfterMs: 200 }),
);

/**
 * Five offers of one open model, no vendor in particular. Prices are of the order that is asked for 70 billion parameters; speeds,
 * error rates and incidents are assumed, because the recordings hold no times: one incident of each kind that status pages tell of.
 */
export const MARKET: readonly MarketOffer[] = [
  {
    ...{ id: 'cheap', usdPerMillion: [0.23, 0.4], tokensPerSecond: 35, errors: 0.01 },
    firstTokenMs: { median: 700, sigma: 0.5 },
    incidents: [
      at(2, 90, { failure: 'timeout_first_token', share: 1, failsAfterMs: 10_000 }),
      at(9, 180, { failure: 'rate_limited', share: 0.6, failsAfterMs: 120, retryAfterMs: 20_000 }),
    ],
  },
  {
    ...{ id: 'fast', usdPerMillion: [0.59, 0.79], tokensPerSecond: 270, errors: 0.005 },
    firstTokenMs: { median: 250, sigma: 0.4 },
    incidents: [at(10, 60, { failure: 'overloaded', share: 0.4, failsAfterMs: 300, slower: 4 }), ...flapping],
  },
  {
    ...{ id: 'plain', usdPerMillion: [0.88, 0.88], tokensPerSecond: 90, errors: 0.004 },
    firstTokenMs: { median: 400, sigma: 0.45 },
    incidents: [at(14, 30, { failure: 'connection', share: 1, failsAfterMs: 50 })],
  },
  {
    ...{ id: 'quick', usdPerMillion: [0.9, 0.9], tokensPerSecond: 110, errors: 0.004 },
    firstTokenMs: { median: 380, sigma: 0.45 },
    incidents: [at(21, 60, { failure: 'auth', share: 1, failsAfterMs: 100 })],
  },
  {
    ...{ id: 'steady', usdPerMillion: [0.72, 0.72], tokensPerSecond: 60, errors: 0.001 },
    firstTokenMs: { median: 550, sigma: 0.3 },
    incidents: [],
  },
];

export function priceOf({ usdPerMillion: [input, output] }: MarketOffer): number {
  return (TOKENS.input * input + TOKENS.output * output) / 1e6;
}

/** How this request's attempt at this offer goes at that moment; the same for every strategy. */
export function attemptAt(offer: MarketOffer, request: string, atMs: number): AttemptResult {
  const chance = (of: string): number => chanceOf(`${request} ${offer.id} ${of}`);
  const incident = offer.incidents.find(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs);
  if (incident && chance('incident') < incident.share) {
    const { failure, retryAfterMs, failsAfterMs } = incident;
    const told = retryAfterMs === undefined ? {} : { retryAfterMs };
    return { ms: failsAfterMs, failure: { class: failure, ...told }, usd: 0 };
  }
  if (chance('error') < offer.errors) return { ms: 300, failure: { class: 'vendor_error' }, usd: 0 };
  const { median, sigma } = offer.firstTokenMs;
  const first = median * Math.exp(sigma * normal(chance('one'), chance('two'))) * (incident?.slower ?? 1);
  return { ms: first + (TOKENS.output / offer.tokensPerSecond) * 1_000, usd: priceOf(offer) };
}

/** Box and Muller's: a normal number of two uniform ones. */
function normal(one: number, two: number): number {
  return Math.sqrt(-2 * Math.log(1 - one)) * Math.cos(2 * Math.PI * two);
}
