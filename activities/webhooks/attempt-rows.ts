import type { JsonObject } from '../../workflows/contracts/json.js';
import type {
  AttemptFailureReason,
  DeliveryCause,
  DeliveryEndReason,
  DeliveryState,
  DeliveryStep,
  WebhookEvent,
  WebhookPayload,
} from '../../workflows/contracts/webhooks.js';
import type { Database, Queryable } from '../storage/database.js';

/** A delivery with all that an attempt is made of, but for the secrets. */
export interface LoadedDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly cause: DeliveryCause;
  readonly url: string;
  /** True where the address is one that a request named. */
  readonly isOfRequest: boolean;
  readonly payload: WebhookPayload;
  /** Why nothing is to be sent any more; absent where something is. */
  readonly obstacle?: DeliveryEndReason;
  readonly event: WebhookEvent;
}

interface LoadedRow {
  readonly endpoint_id: string;
  readonly cause: DeliveryCause;
  readonly url: string | null;
  readonly is_of_request: boolean;
  readonly endpoint_payload: WebhookPayload;
  readonly disabled_at: Date | null;
  readonly deleted_at: Date | null;
  readonly event_id: string;
  readonly type: string;
  readonly organization_id: string;
  readonly project_id: string | null;
  readonly request_id: string | null;
  readonly version: bigint | null;
  readonly payload: JsonObject;
  readonly created_at: Date;
}

export async function loadDelivery(database: Queryable, id: string): Promise<LoadedDelivery | undefined> {
  const [row] = await database.query<LoadedRow & Record<string, unknown>>({
    name: 'webhooks-load',
    text: `SELECT d.endpoint_id, d.cause, coalesce(e.url, o.webhook_url) AS url, e.url IS NULL AS is_of_request,
                  e.payload AS endpoint_payload, e.disabled_at, e.deleted_at,
                  o.event_id, o.type, o.organization_id, o.project_id, o.request_id, o.version, o.payload, o.created_at
           FROM webhooks.deliveries d JOIN webhooks.endpoints e ON e.id = d.endpoint_id
             JOIN requests.outbox o ON o.event_id = d.event_id
           WHERE d.id = $1`,
    values: [id],
  });
  if (!row || row.url === null) return undefined;
  const obstacle = obstacleOf(row);
  return {
    ...{ id, endpointId: row.endpoint_id, cause: row.cause, url: row.url, isOfRequest: row.is_of_request },
    payload: row.endpoint_payload,
    ...(obstacle && { obstacle }),
    event: toEvent(row),
  };
}

/** What somebody asks for goes out to an endpoint that is disabled as well: it is how they find out whether to enable it. */
function obstacleOf({
  deleted_at: deletedAt,
  disabled_at: disabledAt,
  cause,
}: LoadedRow): DeliveryEndReason | undefined {
  if (deletedAt) return 'endpoint_deleted';
  return disabledAt && cause === 'event' ? 'endpoint_disabled' : undefined;
}

function toEvent(row: LoadedRow): WebhookEvent {
  return {
    ...{ id: row.event_id, type: row.type, at: row.created_at.toISOString(), organizationId: row.organization_id },
    ...(row.project_id !== null && { projectId: row.project_id }),
    ...(row.request_id !== null && { requestId: row.request_id }),
    ...(row.version !== null && { version: Number(row.version) }),
    payload: row.payload,
  };
}

interface StateRow {
  readonly state: DeliveryState;
  readonly reason: DeliveryEndReason | null;
  readonly attempts: number;
}

/**
 * Writes an attempt down before it is made; gives its number, or the end of a delivery that is over. An attempt that is still open
 * here was another execution's, whose process has ended.
 */
export function beginAttempt(
  database: Database,
  id: string,
  mostAttempts: number,
): Promise<{ readonly number: number } | { readonly ended: DeliveryStep }> {
  return database.transaction(async (transaction) => {
    const [row] = await transaction.query<StateRow & Record<string, unknown>>({
      text: 'SELECT state, reason, attempts FROM webhooks.deliveries WHERE id = $1 FOR UPDATE',
      values: [id],
    });
    if (!row) return { ended: { status: 'canceled', attempts: 0 } };
    if (row.state !== 'pending') return { ended: toEnd(row.state, row) };
    await transaction.query({
      text: `UPDATE webhooks.attempts SET failure = 'interrupted', ended_at = now() WHERE delivery_id = $1 AND ended_at IS NULL`,
      values: [id],
    });
    if (row.attempts >= mostAttempts) return { ended: await endDelivery(transaction, id, 'failed', 'exhausted') };
    const number = row.attempts + 1;
    await transaction.query({
      text: 'INSERT INTO webhooks.attempts (delivery_id, number, started_at) VALUES ($1, $2, clock_timestamp())',
      values: [id, number],
    });
    await transaction.query({
      text: 'UPDATE webhooks.deliveries SET attempts = $2, next_attempt_at = NULL WHERE id = $1',
      values: [id, number],
    });
    return { number };
  });
}

export interface EndedAttempt {
  readonly number: number;
  readonly status?: number;
  readonly failure?: AttemptFailureReason;
  readonly durationMs: number;
}

/** False where the attempt has been given up meanwhile, and another one made. */
export async function closeAttempt(
  transaction: Queryable,
  id: string,
  { number, status, failure, durationMs }: EndedAttempt,
): Promise<boolean> {
  const closed = await transaction.query({
    text: `UPDATE webhooks.attempts
           SET status = $3, failure = $4, duration_ms = $5, ended_at = clock_timestamp()
           WHERE delivery_id = $1 AND number = $2 AND ended_at IS NULL RETURNING 1`,
    values: [id, number, status ?? null, failure ?? null, Math.round(durationMs)],
  });
  return closed.length > 0;
}

/** Ends a delivery, once: one that has ended keeps its end, which is then given. */
export async function endDelivery(
  transaction: Queryable,
  id: string,
  state: Exclude<DeliveryState, 'pending'>,
  reason?: DeliveryEndReason,
): Promise<DeliveryStep> {
  await transaction.query({
    text: `UPDATE webhooks.deliveries SET state = $2, reason = $3, ended_at = now(), next_attempt_at = NULL
           WHERE id = $1 AND state = 'pending'`,
    values: [id, state, reason ?? null],
  });
  const [row] = await transaction.query<StateRow & Record<string, unknown>>({
    text: 'SELECT state, reason, attempts FROM webhooks.deliveries WHERE id = $1',
    values: [id],
  });
  return row && row.state !== 'pending' ? toEnd(row.state, row) : { status: state, attempts: 0 };
}

function toEnd(status: Exclude<DeliveryState, 'pending'>, { reason, attempts }: StateRow): DeliveryStep {
  return { status, attempts, ...(reason !== null && { reason }) };
}
