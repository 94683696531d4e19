import { isRested } from '../../workflows/domain/health/circuit.js';
import { accountOf, healthKey } from '../../workflows/domain/health-key.js';
import { type CircuitOf, type CircuitRows, fromNotification, type Subject } from './circuit-rows.js';
import type { ShownHealth } from './shown-health.js';
import type { Tracked, TrackedOffers } from './tracked-offers.js';

/** Leave to find out: so many requests of one process, within so long, and then another process may. */
const probesALease = 2;
const probeLeaseMs = 5_000;
const NO_PROBES: Tracked['probes'] = { left: 0, untilMs: 0 };

/** The circuits, as this process and the others tell each other of them. */
export interface SharedCircuits {
  /** One has changed by what was seen here. */
  changed(one: Tracked): void;
  /** Tells what could not be told before. */
  tellRest(): Promise<void>;
  /** One has changed elsewhere, as announced. */
  heard(payload: string): void;
  readAll(): Promise<void>;
  /** A plan was made of these ways in this order. */
  planned(ways: readonly Subject[]): void;
}

export function createSharedCircuits(deps: {
  readonly rows: CircuitRows;
  readonly tracked: TrackedOffers;
  readonly shown: ShownHealth;
  readonly instanceId: string;
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
}): SharedCircuits {
  const { rows, tracked, shown, instanceId, clock, onError } = deps;
  const untold = new Set<string>();
  const claiming = new Set<string>();

  const tellRest = async (): Promise<void> => {
    const keys = [...untold];
    untold.clear();
    const circuits = keys.flatMap((key) => tracked.all.get(key) ?? []).map(circuitOf);
    if (circuits.length === 0) return;
    try {
      await rows.write(circuits);
    } catch (error) {
      for (const key of keys) untold.add(key);
      throw error;
    }
  };
  const adopt = (told: CircuitOf): void => {
    if (!tracked.adopt(told, told.circuit)) return;
    const one = tracked.of(told);
    one.probes = NO_PROBES;
    shown.show(one, clock());
  };
  const claim = async (one: Tracked): Promise<void> => {
    if (claiming.has(one.key)) return;
    claiming.add(one.key);
    const nowMs = clock();
    const untilMs = nowMs + probeLeaseMs;
    // Without the database nobody coordinates: each process then lets a few of its own find out.
    const granted = await rows.claimProbe(circuitOf(one), instanceId, nowMs, untilMs).catch((error: unknown) => {
      onError(error);
      return true;
    });
    claiming.delete(one.key);
    if (granted) one.probes = { left: probesALease, untilMs };
    shown.show(one, clock());
  };

  const use = (key: string, isFirst: boolean, nowMs: number): void => {
    const one = tracked.all.get(key);
    if (!one || !isRested(one.watch.circuit, nowMs)) return;
    const { probes } = one;
    if (nowMs >= probes.untilMs) void claim(one);
    else if (isFirst && probes.left > 0) {
      probes.left -= 1;
      shown.show(one, nowMs);
    }
  };

  return {
    changed: (one) => {
      one.probes = NO_PROBES;
      untold.add(one.key);
      shown.show(one, clock());
      // At once, because until then requests of other processes go astray.
      tellRest().catch(onError);
    },
    tellRest,
    heard: (payload) => adopt(fromNotification(payload)),
    readAll: async () => {
      for (const told of await rows.readAll()) adopt(told);
    },
    planned: (ways) => {
      const nowMs = clock();
      for (const [index, { offerId, credentialId }] of ways.entries()) {
        use(healthKey(offerId, credentialId), index === 0, nowMs);
        use(healthKey(accountOf(offerId), credentialId), index === 0, nowMs);
      }
    },
  };
}

function circuitOf({ offerId, credentialId, watch }: Tracked): CircuitOf {
  return { offerId, ...(credentialId !== undefined && { credentialId }), circuit: watch.circuit };
}
