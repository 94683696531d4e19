import type { DeliveryStarter } from '../../workflows/contracts/webhooks.js';
import type { Database } from '../storage/database.js';
import type { MasterKeys } from '../storage/envelope.js';
import type { Notifications } from '../storage/notifications.js';
import { fanOut } from './fan-out.js';
import { forgetOldEvents, takeUpStuckDeliveries } from './upkeep.js';

export const outboxChannelName = 'sluice_outbox';

/** Events are announced; looking again after a while covers an announcement that got lost, and a Temporal that was away. */
const lookAgainMs = 5_000;
const upkeepEveryMs = 600_000;
/** Starts at once: more would only wait for each other. */
const BATCH = 20;
/** Whoever dies between claiming a delivery and starting its flow leaves it to others after this. */
const CLAIM_SECONDS = 30;

export interface Dispatcher {
  /** Hands over all that is there. */
  dispatchOnce(): Promise<void>;
  start(): void;
  /** Resolves when a pass that is under way is over. */
  stop(): Promise<void>;
}

export interface DispatcherDependencies {
  readonly database: Database;
  readonly notifications: Notifications;
  readonly masterKeys: MasterKeys;
  readonly starter: DeliveryStarter;
  readonly onError: (error: unknown) => void;
}

/**
 * Hands what happened over to flows that tell of it: events become deliveries, deliveries become flows. Each step is committed
 * before the next and may be repeated, so that a crash anywhere loses nothing and doubles nothing.
 */
export function createDispatcher(deps: DispatcherDependencies): Dispatcher {
  const { database, masterKeys, onError } = deps;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  let isAskedAgain = false;
  let stopped = false;
  let upkeepAtMs = 0;

  const dispatchOnce = async (): Promise<void> => {
    while (await fanOut(database, masterKeys));
    while (await startDeliveries(deps));
  };
  const upkeep = async (): Promise<void> => {
    if (performance.now() < upkeepAtMs) return;
    upkeepAtMs = performance.now() + upkeepEveryMs;
    await forgetOldEvents(database);
    await takeUpStuckDeliveries(database);
  };
  const run = async (): Promise<void> => {
    try {
      do {
        isAskedAgain = false;
        await dispatchOnce();
      } while (isAskedAgain && !stopped);
      await upkeep();
    } catch (error) {
      onError(error);
    }
  };
  const wake = (): void => {
    if (stopped) return;
    // What was announced during a pass may have come too late for it.
    isAskedAgain = true;
    if (underWay) return;
    clearTimeout(timer);
    underWay = run().finally(() => {
      underWay = undefined;
      if (!stopped) timer = setTimeout(wake, lookAgainMs).unref();
    });
  };
  deps.notifications.on(outboxChannelName, wake);
  return {
    dispatchOnce,
    start: wake,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}

/** Starts some flows; tells whether more may be waiting. A delivery whose flow could not be started is there the next time. */
async function startDeliveries({ database, starter }: DispatcherDependencies): Promise<boolean> {
  const claimed = await database.query<{ id: string }>({
    text: `UPDATE webhooks.deliveries SET claimed_until = now() + make_interval(secs => $2)
           WHERE id IN (SELECT id FROM webhooks.deliveries
                        WHERE handed_over_at IS NULL AND (claimed_until IS NULL OR claimed_until < now())
                        ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED)
           RETURNING id`,
    values: [BATCH, CLAIM_SECONDS],
  });
  const starts = await Promise.allSettled(claimed.map(({ id }) => starter.start({ deliveryId: id })));
  const isStarted = (_: unknown, index: number): boolean => starts[index]?.status === 'fulfilled';
  await database.query({
    text: `UPDATE webhooks.deliveries
           SET claimed_until = NULL, handed_over_at = CASE WHEN id = ANY ($2) THEN now() END WHERE id = ANY ($1)`,
    values: [claimed.map(({ id }) => id), claimed.filter(isStarted).map(({ id }) => id)],
  });
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed) throw failed.reason;
  return claimed.length === BATCH;
}
