import { isAskedFor, isEventType } from '../../workflows/domain/webhooks/event-types.js';
import type { Database, Queryable } from '../storage/database.js';
import type { MasterKeys } from '../storage/envelope.js';
import { newId } from '../storage/new-id.js';
import { insertSecret } from './secrets.js';

/** As many events as one transaction takes. */
const BATCH = 100;

interface OutboxRow {
  readonly id: bigint;
  readonly event_id: string;
  readonly type: string;
  readonly organization_id: string;
  readonly project_id: string | null;
  readonly webhook_url: string | null;
}

interface SubscriberRow {
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string | null;
  readonly event_types: readonly string[] | null;
}

interface NewDelivery {
  readonly endpointId: string;
  readonly event: OutboxRow;
}

/**
 * Takes events from the outbox and stores a delivery for each endpoint that asks for them; one transaction, so that an event is
 * either wholly told or still there. Of several processes each takes other events. Tells whether more may be there.
 */
export function fanOut(database: Database, masterKeys: MasterKeys): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const events = await takeEvents(transaction);
    if (events.length === 0) return false;
    const subscribers = await readSubscribers(transaction, events);
    const deliveries = [
      ...events.flatMap((event) =>
        subscribers.filter((one) => asksFor(one, event)).map(({ id }) => ({ endpointId: id, event })),
      ),
      ...(await deliveriesOfRequests(transaction, masterKeys, events)),
    ];
    await insertDeliveries(transaction, deliveries);
    await transaction.query({
      text: 'UPDATE requests.outbox SET delivered_at = now() WHERE id = ANY ($1)',
      values: [events.map(({ id }) => id)],
    });
    return events.length === BATCH;
  });
}

function takeEvents(transaction: Queryable): Promise<readonly OutboxRow[]> {
  return transaction.query<OutboxRow & Record<string, unknown>>({
    text: `SELECT id, event_id, type, organization_id, project_id, webhook_url FROM requests.outbox
           WHERE delivered_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
    values: [BATCH],
  });
}

function readSubscribers(transaction: Queryable, events: readonly OutboxRow[]): Promise<readonly SubscriberRow[]> {
  return transaction.query<SubscriberRow & Record<string, unknown>>({
    text: `SELECT id, organization_id, project_id, event_types FROM webhooks.endpoints
           WHERE organization_id = ANY ($1) AND url IS NOT NULL AND deleted_at IS NULL AND disabled_at IS NULL
           ORDER BY created_at, id`,
    values: [[...new Set(events.map(({ organization_id: id }) => id))]],
  });
}

function asksFor(endpoint: SubscriberRow, event: OutboxRow): boolean {
  if (endpoint.organization_id !== event.organization_id) return false;
  if (endpoint.project_id !== null && endpoint.project_id !== event.project_id) return false;
  return isAskedFor(endpoint.event_types ?? undefined, event.type);
}

/** The events whose request named an address: they go by the endpoint that stands for all of these. */
async function deliveriesOfRequests(
  transaction: Queryable,
  masterKeys: MasterKeys,
  events: readonly OutboxRow[],
): Promise<readonly NewDelivery[]> {
  const endpoints = new Map<string, string | undefined>();
  const deliveries: NewDelivery[] = [];
  for (const event of events) {
    const { organization_id: organizationId } = event;
    if (event.webhook_url === null || !isEventType(event.type)) continue;
    if (!endpoints.has(organizationId)) {
      endpoints.set(organizationId, await endpointOfRequests(transaction, masterKeys, organizationId));
    }
    const endpointId = endpoints.get(organizationId);
    if (endpointId !== undefined) deliveries.push({ endpointId, event });
  }
  return deliveries;
}

/**
 * Made where there is none yet, so that what goes out is always signed: whoever wants to check it gives the endpoint a secret
 * that they know. `undefined` where somebody has disabled it.
 */
async function endpointOfRequests(
  transaction: Queryable,
  masterKeys: MasterKeys,
  organizationId: string,
): Promise<string | undefined> {
  const [made] = await transaction.query<{ id: string }>({
    text: `INSERT INTO webhooks.endpoints (id, organization_id) VALUES ($1, $2)
           ON CONFLICT (organization_id) WHERE url IS NULL AND deleted_at IS NULL DO NOTHING RETURNING id`,
    values: [newId('we'), organizationId],
  });
  if (made) {
    await insertSecret(transaction, masterKeys, { endpointId: made.id, organizationId });
    return made.id;
  }
  const [known] = await transaction.query<{ id: string }>({
    text: `SELECT id FROM webhooks.endpoints
           WHERE organization_id = $1 AND url IS NULL AND deleted_at IS NULL AND disabled_at IS NULL`,
    values: [organizationId],
  });
  return known?.id;
}

async function insertDeliveries(transaction: Queryable, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await transaction.query({
    text: `INSERT INTO webhooks.deliveries (id, endpoint_id, organization_id, event_id, cause)
           SELECT id, endpoint_id, organization_id, event_id, 'event'
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS made (id, endpoint_id, organization_id, event_id)
           ON CONFLICT (event_id, endpoint_id) WHERE cause = 'event' DO NOTHING`,
    values: [
      deliveries.map(() => newId('whd')),
      deliveries.map(({ endpointId }) => endpointId),
      deliveries.map(({ event }) => event.organization_id),
      deliveries.map(({ event }) => event.event_id),
    ],
  });
}
