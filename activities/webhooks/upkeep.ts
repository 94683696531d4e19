import type { Queryable } from '../storage/database.js';

/** How long an event can be looked at and delivered once more. */
export const EVENT_DAYS = 30;
const BATCH = 1_000;

/** Forgets events that were told long ago, with their deliveries, and secrets whose overlap is over. */
export async function forgetOldEvents(database: Queryable): Promise<void> {
  for (;;) {
    const forgotten = await database.query({
      text: `DELETE FROM requests.outbox WHERE id IN (
               SELECT id FROM requests.outbox o
               WHERE delivered_at < now() - make_interval(days => $1)
                 AND NOT EXISTS (SELECT FROM webhooks.deliveries d WHERE d.event_id = o.event_id AND d.state = 'pending')
               ORDER BY delivered_at LIMIT $2 FOR UPDATE SKIP LOCKED)
             RETURNING 1`,
      values: [EVENT_DAYS, BATCH],
    });
    if (forgotten.length < BATCH) break;
  }
  await database.query({ text: 'DELETE FROM webhooks.secrets WHERE expires_at < now()' });
}

/**
 * Has the flow started anew of each delivery that should have gone on long ago: it ended by a fault, or its Temporal is another
 * one. Where it runs after all, a second start does nothing.
 */
export async function takeUpStuckDeliveries(database: Queryable): Promise<void> {
  await database.query({
    text: `UPDATE webhooks.deliveries SET handed_over_at = NULL
           WHERE state = 'pending' AND handed_over_at < now() - interval '1 hour'
             AND coalesce(next_attempt_at, created_at) < now() - interval '1 hour'`,
  });
}
