import { chanceOf } from '../../workflows/domain/seed.js';
import type { Observation } from '../../workflows/contracts/health.js';
import { attemptAt, HOUR, type MarketOffer } from './market.js';
import type { NamedStrategy } from './strategy.js';

/** Attempts that a caller is kept waiting for, at most. */
const MOST_ATTEMPTS = 3;

export interface DayOptions {
  readonly seed: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Requests a second at midday; at night there are a fifth of them. */
  readonly peak: number;
}

export interface Served {
  readonly atMs: number;
  readonly ms: number;
  readonly usd: number;
  /** Who was asked, in order; the last one answered if `ok`. */
  readonly asked: readonly string[];
  readonly ok: boolean;
}

/** All requests of the stretch, each planned by what had ended before it came. */
export function simulate(
  strategy: NamedStrategy,
  market: readonly MarketOffer[],
  options: DayOptions,
): readonly Served[] {
  const router = strategy.create(market);
  const served: Served[] = [];
  let pending: Observation[] = [];
  for (const { atMs, id } of arrivals(options)) {
    const ended = pending.filter(({ endedAtMs }) => endedAtMs <= atMs);
    pending = pending.filter(({ endedAtMs }) => endedAtMs > atMs);
    for (const one of ended.toSorted((left, right) => left.endedAtMs - right.endedAtMs)) router.told?.(one);

    let draws = 0;
    const order = router.order(atMs, () => chanceOf(`${id} draw ${(draws += 1)}`));
    const asked: string[] = [];
    let [ms, usd, ok] = [0, 0, false];
    for (const offer of order.slice(0, MOST_ATTEMPTS)) {
      const startedAtMs = atMs + ms;
      const result = attemptAt(offer, `${id} ${asked.filter((other) => other === offer.id).length}`, startedAtMs);
      asked.push(offer.id);
      ms += result.ms;
      const failed = result.failure && { failure: result.failure };
      pending.push({ offerId: offer.id, startedAtMs, endedAtMs: atMs + ms, ...failed });
      if (result.failure) continue;
      [usd, ok] = [result.usd, true];
      break;
    }
    served.push({ atMs, ms, usd, asked, ok });
  }
  return served;
}

/** By Poisson's process, thinned to the hour. */
function* arrivals({ seed, fromMs, untilMs, peak }: DayOptions): Generator<{ atMs: number; id: string }> {
  let atMs = fromMs;
  for (let count = 0; ; count += 1) {
    const id = `${seed} ${count}`;
    atMs += (-Math.log(1 - chanceOf(`${id} gap`)) * 1_000) / peak;
    if (atMs >= untilMs) return;
    const daylight = 0.6 - 0.4 * Math.cos((2 * Math.PI * atMs) / (24 * HOUR));
    if (chanceOf(`${id} kept`) < daylight) yield { atMs, id };
  }
}
