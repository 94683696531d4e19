import type {
  AttemptFailureReason,
  DeliveryAttempt,
  DeliveryCause,
  DeliveryEndReason,
  DeliveryState,
  WebhookDelivery,
} from '../../workflows/contracts/webhooks.js';

export interface DeliveryRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly cause: DeliveryCause;
  readonly state: DeliveryState;
  readonly reason: DeliveryEndReason | null;
  readonly next_attempt_at: Date | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  /** With times as Postgres writes them into JSON. */
  readonly tries: readonly {
    readonly number: number;
    readonly startedAt: string;
    readonly status: number | null;
    readonly failure: AttemptFailureReason | null;
    readonly durationMs: number | null;
  }[];
}

/** The deliveries to endpoint $1, with their attempts. */
export const deliveryRows = `
  SELECT d.id, d.endpoint_id, d.event_id, o.type AS event_type, d.cause, d.state, d.reason, d.next_attempt_at, d.created_at,
         d.ended_at,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('number', a.number, 'startedAt', a.started_at, 'status', a.status,
                                                       'failure', a.failure, 'durationMs', a.duration_ms)
                                    ORDER BY a.number), '[]')
          FROM webhooks.attempts a WHERE a.delivery_id = d.id) AS tries
  FROM webhooks.deliveries d JOIN requests.outbox o ON o.event_id = d.event_id WHERE d.endpoint_id = $1`;

export function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    ...{ id: row.id, endpointId: row.endpoint_id, eventId: row.event_id, eventType: row.event_type },
    ...{ cause: row.cause, state: row.state, attempts: row.tries.map(toAttempt) },
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.next_attempt_at && { nextAttemptAt: row.next_attempt_at.toISOString() }),
    createdAt: row.created_at.toISOString(),
    ...(row.ended_at && { endedAt: row.ended_at.toISOString() }),
  };
}

function toAttempt({ number, startedAt, status, failure, durationMs }: DeliveryRow['tries'][number]): DeliveryAttempt {
  return {
    ...{ number, startedAt: new Date(startedAt).toISOString() },
    ...(status !== null && { status }),
    ...(failure !== null && { failure }),
    ...(durationMs !== null && { durationMs }),
  };
}
