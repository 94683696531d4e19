import type { Served } from './day.js';

export interface Summary {
  readonly name: string;
  readonly usdPerThousand: number;
  readonly p50: number;
  readonly p95: number;
  /** The share that was answered, 0 to 1. */
  readonly availability: number;
  /** The share that was answered by the first that was asked. */
  readonly atOnce: number;
  /** Attempts that failed, for each 1,000 requests. */
  readonly detours: number;
}

export function summarize(name: string, served: readonly Served[]): Summary {
  const answered = served.filter(({ ok }) => ok);
  const times = answered.map(({ ms }) => ms).toSorted((left, right) => left - right);
  const at = (share: number): number => times[Math.ceil(share * times.length) - 1] ?? 0;
  const usd = answered.reduce((sum, one) => sum + one.usd, 0);
  const attempts = served.reduce((sum, { asked }) => sum + asked.length, 0);
  return {
    name,
    usdPerThousand: (usd / answered.length) * 1_000,
    ...{ p50: at(0.5), p95: at(0.95) },
    availability: answered.length / served.length,
    atOnce: answered.filter(({ asked }) => asked.length === 1).length / served.length,
    detours: ((attempts - answered.length) / served.length) * 1_000,
  };
}

/** The share of requests that ask this offer first, for each of `steps` steps of a stretch of the day. */
export function firstShares(
  served: readonly Served[],
  offerId: string,
  [fromMs, untilMs]: readonly [number, number],
  steps: number,
): readonly number[] {
  const width = (untilMs - fromMs) / steps;
  return Array.from({ length: steps }, (_, step) => {
    const within = served.filter(({ atMs }) => Math.floor((atMs - fromMs) / width) === step);
    return within.length === 0 ? 0 : within.filter(({ asked }) => asked[0] === offerId).length / within.length;
  });
}

/** Requests that asked the offer in vain during its outage, and how long after its end it answered one again. */
export function shiftTimes(
  served: readonly Served[],
  offerId: string,
  [fromMs, untilMs]: readonly [number, number],
): { readonly detours: number; readonly returnedAfterMs: number | undefined } {
  const during = served.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
  const back = served.find(({ atMs, ok, asked }) => atMs >= untilMs && ok && asked.at(-1) === offerId);
  return {
    detours: during.filter(({ asked }) => asked.slice(0, -1).includes(offerId)).length,
    returnedAfterMs: back && back.atMs - untilMs,
  };
}
