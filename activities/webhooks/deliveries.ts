import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type { DeliveryCause, WebhookDelivery, Webhooks } from '../../workflows/contracts/webhooks.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database, Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import { deliveryRows, type DeliveryRow, toDelivery } from './delivery-rows.js';
import { findEndpoint } from './endpoint-rows.js';

type Deliveries = Pick<Webhooks, 'test' | 'listDeliveries' | 'getDelivery' | 'redeliver'>;

/** What was sent to an endpoint, and what somebody wants to be sent there. */
export function createDeliveries({
  database,
  audit,
}: {
  readonly database: Database;
  readonly audit: Pick<AuditTrail, 'entry'>;
}): Deliveries {
  return {
    test: (by, id) =>
      database.transaction(async (transaction) => {
        await requireAddress(transaction, by, id);
        // Delivered already, as far as all other endpoints are concerned.
        const [event] = await transaction.query<{ event_id: string }>({
          text: `INSERT INTO requests.outbox (type, organization_id, payload, delivered_at)
                 VALUES ('webhook.test', $1, $2, now()) RETURNING event_id`,
          values: [by.organizationId, JSON.stringify({ webhookEndpointId: id })],
        });
        const delivery = await ask(transaction, by, { endpointId: id, eventId: event?.event_id ?? '', cause: 'test' });
        await transaction.query(audit.entry(by, { type: 'webhook_endpoint.tested', objectId: id }));
        return delivery;
      }),
    listDeliveries: async ({ organizationId }, id, { state, eventId, ...query }) => {
      await findEndpoint(database, organizationId, id);
      const cursors = { text: deliveryRows, values: [id] };
      const rows = {
        text: `${deliveryRows} AND ($2::text IS NULL OR d.state = $2) AND ($3::text IS NULL OR d.event_id = $3)`,
        values: [id, state ?? null, eventId ?? null],
      };
      return readPage<DeliveryRow & Record<string, unknown>, WebhookDelivery>(
        database,
        { rows, cursors, toItem: toDelivery },
        query,
      );
    },
    getDelivery: async ({ organizationId }, id, deliveryId) => {
      await findEndpoint(database, organizationId, id);
      return toDelivery(await findDelivery(database, id, deliveryId));
    },
    redeliver: (by, id, deliveryId) =>
      database.transaction(async (transaction) => {
        await findEndpoint(transaction, by.organizationId, id);
        const { event_id: eventId } = await findDelivery(transaction, id, deliveryId);
        const delivery = await ask(transaction, by, { endpointId: id, eventId, cause: 'redelivery' });
        const after = { delivery_id: delivery.id, event_id: eventId };
        await transaction.query(audit.entry(by, { type: 'webhook_endpoint.redelivered', objectId: id, after }));
        return delivery;
      }),
  };
}

/** A test goes to an address of its own. */
async function requireAddress(transaction: Queryable, by: ActingRequest, id: string): Promise<void> {
  const { url } = await findEndpoint(transaction, by.organizationId, id);
  if (url !== null) return;
  const message = "This endpoint stands for the 'webhook_url' of requests and has no address of its own to test.";
  throw refuse('invalid_request', message, { param: 'webhook_endpoint_id' });
}

/** @throws RefusalError `webhook_delivery_not_found`. */
async function findDelivery(database: Queryable, endpointId: string, id: string): Promise<DeliveryRow> {
  const [row] = await database.query<DeliveryRow & Record<string, unknown>>({
    text: `${deliveryRows} AND d.id = $2`,
    values: [endpointId, id],
  });
  if (!row) throw refuse('webhook_delivery_not_found');
  return row;
}

/** Stores a delivery that somebody asked for, and wakes whoever starts deliveries. */
async function ask(
  transaction: Queryable,
  { organizationId }: ActingRequest,
  {
    endpointId,
    eventId,
    cause,
  }: { readonly endpointId: string; readonly eventId: string; readonly cause: DeliveryCause },
): Promise<WebhookDelivery> {
  const id = newId('whd');
  await transaction.query({
    text: `INSERT INTO webhooks.deliveries (id, endpoint_id, organization_id, event_id, cause) VALUES ($1, $2, $3, $4, $5)`,
    values: [id, endpointId, organizationId, eventId, cause],
  });
  await transaction.query({ text: "SELECT pg_notify('sluice_outbox', '')" });
  return toDelivery(await findDelivery(transaction, endpointId, id));
}
