import type { Client } from '@temporalio/client';
import type { DeliveryStarter } from '../workflows/contracts/webhooks.js';
import type { deliverWebhook } from '../workflows/flows/deliver-webhook.js';
import { startUnlessThere } from './temporal-calls.js';

/** Starts deliveries as workflows. One that runs or has ended is left alone; one that a fault has ended goes on. */
export function createDeliveryStarter(client: Client, taskQueue: string): DeliveryStarter {
  return {
    start: async (input) => {
      const start = () =>
        client.workflow.start<typeof deliverWebhook>('deliverWebhook', {
          workflowId: `webhook:${input.deliveryId}`,
          taskQueue,
          args: [input],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        });
      await startUnlessThere(client, start);
    },
  };
}
