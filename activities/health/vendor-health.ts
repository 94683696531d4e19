import type { HealthBoard, HealthRecorder, HealthReports } from '../../workflows/contracts/health.js';
import { type CircuitRules, CIRCUIT_RULES } from '../../workflows/domain/health/rules.js';
import type { Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';
import { createCircuitRows } from './circuit-rows.js';
import { readHistories } from './histories.js';
import { createObservationExchange } from './observation-exchange.js';
import { createObservationRows } from './observation-rows.js';
import { createSharedCircuits } from './shared-circuits.js';
import { createShownHealth } from './shown-health.js';
import { createTrackedOffers } from './tracked-offers.js';

export const healthChannelName = 'sluice_health';

/** Half of the second within which processes agree: one half to write, one half to read. */
const exchangeEveryMs = 500;
/** A process without requests for so long exchanges nothing. */
const quietAfterMs = 10_000;
const forgetEveryMs = 60_000;

export interface VendorHealth extends HealthBoard, HealthRecorder, HealthReports {
  /** Reads what others know, then keeps exchanging. Where the database is away this process's own view goes on. */
  start(): Promise<void>;
  /** Writes what is left, and ends. */
  stop(): Promise<void>;
  /** A credential is another one since now: what was seen through it tells nothing of what it will do. */
  credentialChanged(credentialId: string): void;
  /** One exchange with the other processes. */
  exchange(): Promise<void>;
}

export interface VendorHealthDependencies {
  readonly database: Queryable;
  readonly notifications: Notifications;
  /** This process's name. */
  readonly instanceId: string;
  readonly onError: (error: unknown) => void;
  readonly rules?: Partial<CircuitRules>;
  /** Milliseconds since the epoch. Hosts' clocks are taken to agree to within a second. */
  readonly clock?: () => number;
}

/**
 * The vendors' health as this process knows it: its own attempts at once, circuits that open or close elsewhere as soon as
 * that is announced, and what others saw within a second. No request waits for any of it.
 */
export function createVendorHealth(deps: VendorHealthDependencies): VendorHealth {
  const { database, notifications, instanceId, onError, clock = Date.now } = deps;
  const rows = createObservationRows(database);
  const circuitRows = createCircuitRows(database);
  const tracked = createTrackedOffers({ ...CIRCUIT_RULES, ...deps.rules });
  const shown = createShownHealth(tracked);
  const parts = { tracked, shown, instanceId, clock };
  const circuits = createSharedCircuits({ ...parts, rows: circuitRows, onError });
  const exchangeObservations = createObservationExchange({ ...parts, rows });
  let trafficAtMs = 0;
  let forgotAtMs = clock();
  let timer: NodeJS.Timeout | undefined;
  let exchanging: Promise<void> | undefined;

  const exchangeOnce = async (): Promise<void> => {
    const nowMs = clock();
    await circuits.tellRest();
    await exchangeObservations();
    if (nowMs - forgotAtMs < forgetEveryMs) return;
    forgotAtMs = nowMs;
    tracked.forgetOld(nowMs);
    await rows.forgetOld(nowMs);
    await circuitRows.forgetOld(nowMs);
  };
  const exchange = async (): Promise<void> => {
    // One at a time: a slow database gets no queue of them.
    exchanging ??= exchangeOnce().finally(() => {
      exchanging = undefined;
    });
    await exchanging;
  };

  notifications.on(healthChannelName, (payload) => {
    // After a reconnect any number of announcements may have been missed.
    if (payload === undefined) circuits.readAll().catch(onError);
    else circuits.heard(payload);
  });

  return {
    snapshot: () => shown.snapshot(clock()),
    planned: (ways) => {
      trafficAtMs = clock();
      circuits.planned(ways);
    },
    credentialChanged: (credentialId) => {
      for (const one of tracked.renew(credentialId, clock())) circuits.changed(one);
    },
    record: (observation) => {
      try {
        trafficAtMs = clock();
        const changed = tracked.observe(observation);
        shown.outdate(tracked.of(observation));
        for (const one of changed) circuits.changed(one);
      } catch (error) {
        // What is known of vendors is a help; no request fails for it.
        onError(error);
      }
    },
    list: () => {
      const nowMs = clock();
      return [...tracked.all.values()].map((one) => tracked.healthOf(one, nowMs));
    },
    histories: (offerIds) =>
      readHistories(rows, offerIds, clock()).catch((error: unknown) => {
        // Who serves a model and at which prices is known without the database.
        onError(error);
        return new Map();
      }),
    exchange,
    start: async () => {
      await circuits.readAll().then(exchange).catch(onError);
      timer = setInterval(() => {
        if (clock() - trafficAtMs < quietAfterMs) exchange().catch(onError);
      }, exchangeEveryMs);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await exchange().catch(onError);
    },
  };
}
