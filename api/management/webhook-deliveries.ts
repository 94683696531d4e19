import { z } from 'zod';
import type { WebhookDelivery } from '../../workflows/contracts/webhooks.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import { idSchema, listSchema, pageQuerySchema, timestampSchema } from './schemas.js';

const stateSchema = z.enum(['pending', 'delivered', 'failed', 'canceled']);

const attemptSchema = z.object({
  number: z.int(),
  started_at: timestampSchema,
  /** What was answered; null where there was no answer. */
  status: z.int().nullable(),
  /** Why it does not count as delivered; null of one that does, and of one that runs. */
  failure: z
    .enum([
      ...(['status', 'redirect', 'timeout', 'name_not_resolved', 'address_not_public'] as const),
      ...(['connection', 'tls', 'bad_answer', 'interrupted', 'internal'] as const),
    ])
    .nullable(),
  duration_ms: z.int().nullable(),
});

const deliverySchema = z.object({
  id: idSchema,
  object: z.literal('webhook_delivery'),
  webhook_endpoint_id: idSchema,
  /** The `webhook-id` that it is sent under. */
  event_id: idSchema,
  event_type: z.string(),
  cause: z.enum(['event', 'test', 'redelivery']),
  state: stateSchema,
  reason: z.enum(['exhausted', 'gone', 'endpoint_disabled', 'endpoint_deleted']).nullable(),
  attempts: z.array(attemptSchema),
  next_attempt_at: timestampSchema.nullable(),
  created_at: timestampSchema,
  ended_at: timestampSchema.nullable(),
});

const base = '/v1/organization/webhook_endpoints/{webhook_endpoint_id}';
const ofEndpoint = {
  tag: 'Webhooks',
  path: `${base}/deliveries`,
  params: z.object({ webhook_endpoint_id: idSchema }),
} as const;
const one = {
  tag: 'Webhooks',
  path: `${base}/deliveries/{delivery_id}`,
  params: z.object({ webhook_endpoint_id: idSchema, delivery_id: idSchema }),
} as const;

export const webhookDeliveryEndpoints = [
  endpoint({
    ...ofEndpoint,
    path: `${base}/test`,
    ...{ method: 'POST', id: 'test-webhook-endpoint' },
    summary: 'Send an event of the type `webhook.test`, once.',
    permission: 'webhooks.write',
    response: deliverySchema,
    errors: ['webhook_endpoint_not_found'],
    handle: async ({ webhooks }, { by, params }) => render(await webhooks.test(by, params.webhook_endpoint_id)),
  }),
  endpoint({
    ...ofEndpoint,
    ...{ method: 'GET', id: 'list-webhook-deliveries' },
    summary: 'List what was sent to an endpoint in the last 30 days, with every attempt.',
    permission: 'webhooks.read',
    query: pageQuerySchema.extend({ state: stateSchema.optional(), event_id: idSchema.optional() }),
    response: listSchema(deliverySchema),
    errors: ['webhook_endpoint_not_found'],
    handle: async ({ webhooks }, { by, params, query: { state, event_id: eventId, ...page } }) =>
      renderList(
        await webhooks.listDeliveries(by, params.webhook_endpoint_id, {
          ...page,
          ...(state !== undefined && { state }),
          ...(eventId !== undefined && { eventId }),
        }),
        render,
      ),
  }),
  endpoint({
    ...one,
    ...{ method: 'GET', id: 'retrieve-webhook-delivery', summary: 'One delivery, with its attempts.' },
    permission: 'webhooks.read',
    response: deliverySchema,
    errors: ['webhook_endpoint_not_found', 'webhook_delivery_not_found'],
    handle: async ({ webhooks }, { by, params }) =>
      render(await webhooks.getDelivery(by, params.webhook_endpoint_id, params.delivery_id)),
  }),
  endpoint({
    ...one,
    path: `${one.path}/redeliver`,
    ...{ method: 'POST', id: 'redeliver-webhook' },
    summary: 'Send the same event once more, under its own id, whatever became of it.',
    permission: 'webhooks.write',
    response: deliverySchema,
    errors: ['webhook_endpoint_not_found', 'webhook_delivery_not_found'],
    handle: async ({ webhooks }, { by, params }) =>
      render(await webhooks.redeliver(by, params.webhook_endpoint_id, params.delivery_id)),
  }),
];

function render(delivery: WebhookDelivery) {
  const { id, endpointId, eventId, eventType, cause, state, reason, attempts, nextAttemptAt, endedAt } = delivery;
  return {
    ...{ id, object: 'webhook_delivery' as const, webhook_endpoint_id: endpointId, event_id: eventId },
    ...{ event_type: eventType, cause, state, reason: reason ?? null },
    attempts: attempts.map(({ number, startedAt, status, failure, durationMs }) => ({
      ...{ number, started_at: toSeconds(startedAt), status: status ?? null, failure: failure ?? null },
      duration_ms: durationMs ?? null,
    })),
    next_attempt_at: secondsOrNull(nextAttemptAt),
    created_at: toSeconds(delivery.createdAt),
    ended_at: secondsOrNull(endedAt),
  };
}

function secondsOrNull(at: string | undefined): number | null {
  return at === undefined ? null : toSeconds(at);
}
