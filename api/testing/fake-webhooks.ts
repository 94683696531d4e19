import type { WebhookDelivery, WebhookEndpoint, Webhooks } from '../../workflows/contracts/webhooks.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

const at = '2026-11-01T00:00:00.000Z';

/** Endpoints in memory, that are told nothing. */
export function createFakeWebhooks(): Webhooks {
  const kept = new Map<string, WebhookEndpoint>();
  const find = (id: string): WebhookEndpoint => {
    const found = kept.get(id);
    if (!found) throw refuse('webhook_endpoint_not_found');
    return found;
  };
  const put = (endpoint: WebhookEndpoint): WebhookEndpoint => {
    kept.set(endpoint.id, endpoint);
    return endpoint;
  };
  const delivery = (endpointId: string, more: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
    ...{ id: 'whd_1', endpointId, eventId: 'evt_1', eventType: 'webhook.test', cause: 'test', state: 'pending' },
    ...{ attempts: [], createdAt: at },
    ...more,
  });
  return {
    check: (url) => url,
    list: async () => ({ data: [...kept.values()], hasMore: false }),
    get: async (_by, id) => find(id),
    create: async (_by, { url, projectId, eventTypes, ...given }) => ({
      ...put({
        id: `we_${kept.size + 1}`,
        ...(url !== undefined && { url }),
        ...(projectId !== undefined && { projectId }),
        ...(eventTypes && { eventTypes }),
        ...{ description: given.description ?? '', payload: given.payload ?? 'thin' },
        ...{ secrets: [{ id: 'whs_1', createdAt: at }], createdAt: at, updatedAt: at },
      }),
      secret: 'whsec_shown',
    }),
    modify: async (_by, id, { eventTypes: _, isEnabled: __, ...change }) => put({ ...find(id), ...change }),
    remove: async (_by, id) => {
      find(id);
      kept.delete(id);
    },
    rotate: async (_by, id) => ({ ...find(id), secret: 'whsec_rotated' }),
    test: async (_by, id) => delivery(find(id).id),
    listDeliveries: async (_by, id) => ({ data: [delivery(find(id).id)], hasMore: false }),
    getDelivery: async (_by, id, deliveryId) => {
      if (deliveryId !== 'whd_1') throw refuse('webhook_delivery_not_found');
      return delivery(find(id).id);
    },
    redeliver: async (_by, id, deliveryId) => {
      if (deliveryId !== 'whd_1') throw refuse('webhook_delivery_not_found');
      return delivery(find(id).id, { cause: 'redelivery' });
    },
  };
}
