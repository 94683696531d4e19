import type { HealthSnapshot } from '../../workflows/contracts/health.js';
import { warmth } from '../../workflows/domain/health/circuit.js';
import { createHealthTable } from '../../workflows/domain/health/health-table.js';
import type { Tracked, TrackedOffers } from './tracked-offers.js';

/** A snapshot is made anew no more often than this, but for a circuit that changes. */
const refreshEveryMs = 500;
/** Offers of which nothing new was seen are looked at again this often: their windows slide. */
const slideEveryMs = 5_000;

/** What planners are shown. Every request asks for it, so that hardly any has to wait until it is made. */
export interface ShownHealth {
  snapshot(nowMs: number): HealthSnapshot;
  /** To be made anew with the next refresh. */
  outdate(one: Tracked): void;
  /** Made anew at once. */
  show(one: Tracked, nowMs: number): void;
}

export function createShownHealth(tracked: TrackedOffers): ShownHealth {
  const shown = createHealthTable();
  const outdated = new Set<string>();
  let [refreshedAtMs, slidAtMs] = [0, 0];

  const show = (one: Tracked, nowMs: number): void => {
    shown.set(one.key, tracked.healthOf(one, nowMs));
    outdated.delete(one.key);
  };
  const refresh = (nowMs: number): void => {
    refreshedAtMs = nowMs;
    const slides = nowMs - slidAtMs >= slideEveryMs;
    if (slides) {
      slidAtMs = nowMs;
      for (const key of shown.keys()) if (!tracked.all.has(key)) shown.delete(key);
    }
    for (const one of tracked.all.values()) {
      const isChanging = warmth(one.watch.circuit, nowMs) < 1;
      if (slides || isChanging || outdated.has(one.key)) show(one, nowMs);
    }
  };
  return {
    snapshot: (nowMs) => {
      if (nowMs - refreshedAtMs >= refreshEveryMs) refresh(nowMs);
      return shown;
    },
    outdate: ({ key }) => void outdated.add(key),
    show,
  };
}
