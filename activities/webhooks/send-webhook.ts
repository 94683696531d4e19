import type {
  DeliveryStep,
  PostWebhook,
  ReadEventObject,
  SendWebhookInput,
  WebhookAnswer,
} from '../../workflows/contracts/webhooks.js';
import { renderEvent } from '../../workflows/domain/webhooks/event-body.js';
import { postponedMs, retryDelayMs } from '../../workflows/domain/webhooks/retries.js';
import { verdictOf } from '../../workflows/domain/webhooks/verdict.js';
import type { Database, Queryable } from '../storage/database.js';
import type { MasterKeys } from '../storage/envelope.js';
import { beginAttempt, closeAttempt, endDelivery, type LoadedDelivery, loadDelivery } from './attempt-rows.js';
import { disableGone } from './disable-gone.js';
import { openSecrets } from './secrets.js';
import type { SendLimits } from './send-limits.js';
import { signWebhook } from './sign-webhook.js';

/** Standard Webhooks asks for 15 to 30 seconds. */
const TIMEOUT_MS = 20_000;
const HEARTBEAT_EVERY_MS = 2_000;
const USER_AGENT = 'Sluice-Webhooks/1';

export interface SenderDependencies {
  readonly database: Database;
  readonly masterKeys: MasterKeys;
  readonly post: PostWebhook;
  readonly readObject: ReadEventObject;
  readonly limits: SendLimits;
  /** Seconds after the first attempt at which others are made. */
  readonly schedule: readonly number[];
  readonly clock: () => Date;
  /** Tells Temporal that this execution lives. */
  readonly heartbeat: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * One attempt of a delivery. It is on record before anything is sent; a second execution after a crash makes a new attempt under the
 * same event id, by which its receiver knows that it is the same.
 */
export function createSendWebhook(deps: SenderDependencies) {
  const { database, limits, schedule } = deps;
  return async ({ deliveryId, postponed }: SendWebhookInput): Promise<DeliveryStep> => {
    const delivery = await loadDelivery(database, deliveryId);
    if (!delivery) return { status: 'canceled', attempts: 0 };
    const { obstacle } = delivery;
    if (obstacle) return endDelivery(database, deliveryId, 'canceled', obstacle);
    const leave = limits.enter(placeOf(delivery));
    if (!leave) return { status: 'postponed', afterMs: postponedMs(postponed, deliveryId) };
    try {
      // Whoever asks for a test looks at what it brings, and not tomorrow.
      const retries = delivery.cause === 'test' ? [] : schedule;
      const begun = await beginAttempt(database, deliveryId, retries.length + 1);
      if ('ended' in begun) return begun.ended;
      const startedMs = performance.now();
      const answer = await attempt(deps, delivery);
      const durationMs = performance.now() - startedMs;
      return await record(deps, delivery, { ...begun, answer, durationMs, retries });
    } finally {
      leave();
    }
  };
}

/** The addresses of requests share an endpoint, and are not each other's affair. */
function placeOf({ endpointId, isOfRequest, url }: LoadedDelivery): string {
  return isOfRequest ? `${endpointId} ${new URL(url).host}` : endpointId;
}

async function attempt(deps: SenderDependencies, delivery: LoadedDelivery): Promise<WebhookAnswer> {
  const { database, masterKeys, post, readObject, clock, heartbeat, onError } = deps;
  const { event, payload, url, endpointId } = delivery;
  const beating = setInterval(heartbeat, HEARTBEAT_EVERY_MS);
  try {
    const body = renderEvent(event, payload === 'full' ? await readObject(event) : undefined);
    const secrets = await openSecrets(database, masterKeys, endpointId);
    const signature = signWebhook(secrets, { eventId: event.id, at: clock(), body });
    return await post({ url, headers: { ...signature, 'user-agent': USER_AGENT }, body, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    // Tried again like a fault of the receiver's: a release may mend it within the day.
    onError(error);
    return { failure: 'internal' };
  } finally {
    clearInterval(beating);
  }
}

interface MadeAttempt {
  readonly number: number;
  readonly answer: WebhookAnswer;
  readonly durationMs: number;
  readonly retries: readonly number[];
}

/** Writes down what came of an attempt and what follows, in one transaction. */
function record(
  { database, clock }: SenderDependencies,
  delivery: LoadedDelivery,
  { number, answer, durationMs, retries }: MadeAttempt,
): Promise<DeliveryStep> {
  const { id } = delivery;
  const verdict = verdictOf(answer, clock().getTime());
  return database.transaction(async (transaction) => {
    const isCurrent = await closeAttempt(transaction, id, {
      ...{ number, durationMs },
      ...('status' in answer && { status: answer.status }),
      ...(verdict.type === 'retry' && { failure: verdict.failure }),
      ...(verdict.type === 'gone' && { failure: 'status' }),
    });
    // What a receiver has taken, it has taken, whoever else is at it meanwhile.
    if (verdict.type === 'delivered') return endDelivery(transaction, id, 'delivered');
    if (verdict.type === 'gone') {
      await disableGone(transaction, delivery);
      return endDelivery(transaction, id, 'failed', 'gone');
    }
    const { wishMs } = verdict;
    const afterMs = retryDelayMs({
      ...{ attempts: number, elapsedMs: await elapsedMs(transaction, id), seed: id, schedule: retries },
      ...(wishMs !== undefined && { wishMs }),
    });
    if (afterMs === undefined) return endDelivery(transaction, id, 'failed', 'exhausted');
    if (isCurrent) await planNext(transaction, id, afterMs);
    return { status: 'retry', afterMs };
  });
}

/** Since the first attempt, by the clock of Postgres, which all processes share. */
async function elapsedMs(transaction: Queryable, id: string): Promise<number> {
  const [row] = await transaction.query<{ elapsed_ms: number }>({
    text: `SELECT extract(epoch FROM clock_timestamp() - min(started_at))::double precision * 1000 AS elapsed_ms
           FROM webhooks.attempts WHERE delivery_id = $1`,
    values: [id],
  });
  return row?.elapsed_ms ?? 0;
}

async function planNext(transaction: Queryable, id: string, afterMs: number): Promise<void> {
  await transaction.query({
    text: `UPDATE webhooks.deliveries SET next_attempt_at = now() + $2::double precision * interval '1 millisecond'
           WHERE id = $1 AND state = 'pending'`,
    values: [id, afterMs],
  });
}
