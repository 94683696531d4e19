import type { Client } from '@temporalio/client';
import type { BatchStarter } from '../workflows/contracts/batches.js';
import type { batch } from '../workflows/flows/batch.js';
import { jobQueueOf } from '../workflows/flows/steps/queues.js';
import { lookSignal } from '../workflows/messages/batch.js';
import { startUnlessThere, tellIfOpen } from './temporal-calls.js';

/** The lowest: whatever a single caller waits for goes before what was handed in by the thousand. */
const priorityKey = 5;

/** Batches as workflows, under their own ids: one that runs is left alone, and one that a fault has ended begins anew. */
export function createBatchStarter(client: Client, taskQueue: string): BatchStarter {
  return {
    start: async (batchId) => {
      const start = () =>
        client.workflow.start<typeof batch>('batch', {
          workflowId: batchId,
          taskQueue: jobQueueOf(taskQueue),
          args: [{ batchId }],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          priority: { priorityKey },
        });
      await startUnlessThere(client, start);
    },
    wake: async (batchId) => {
      await tellIfOpen(client, () => client.workflow.getHandle(batchId).signal(lookSignal));
    },
  };
}
