import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { BatchStarter } from '../workflows/contracts/batches.js';
import type { batch } from '../workflows/flows/batch.js';
import { jobQueueOf } from '../workflows/flows/steps/queues.js';

/** A caller may wait for this call: beyond it, Temporal counts as away. */
const startDeadlineMs = 10_000;
/** The lowest: whatever a single caller waits for goes before what was handed in by the thousand. */
const priorityKey = 5;
const lookSignalName = 'look';

/** Batches as workflows, under their own ids: one that runs is left alone, and one that a fault has ended begins anew. */
export function createBatchStarter(client: Client, taskQueue: string): BatchStarter {
  const inTime = <T>(work: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + startDeadlineMs, work);
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
      try {
        await inTime(start);
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
    wake: async (batchId) => {
      try {
        await inTime(() => client.workflow.getHandle(batchId).signal(lookSignalName));
      } catch (error) {
        // Not started yet, or over.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
}
