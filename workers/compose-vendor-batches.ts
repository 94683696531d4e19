import type { Client } from '@temporalio/client';
import type { EpochKeys } from '../activities/content/epoch-keys.js';
import { createAdvanceVendorBatch } from '../activities/model-calls/advance-vendor-batch.js';
import { type BatchedLines, createBatchedLines } from '../activities/model-calls/batched-lines.js';
import { sweepVendorBatches } from '../activities/model-calls/sweep-vendor-batches.js';
import type { Accounts } from '../activities/providers/port.js';
import type { Database } from '../activities/storage/database.js';
import type { Config } from '../infra/runtime/config.js';
import type { VendorBatchActivities, VendorBatchStarter } from '../workflows/contracts/vendor-batches.js';
import type { vendorBatch } from '../workflows/flows/vendor-batch.js';
import { jobQueueOf } from '../workflows/flows/steps/queues.js';
import { lookSignal } from '../workflows/messages/batch.js';
import { vendorSpoke } from '../workflows/messages/vendor-spoke.js';
import { asStep } from './batch-step.js';
import { startUnlessThere, tellIfOpen } from './temporal-calls.js';

export interface ComposedVendorBatches {
  readonly activities: VendorBatchActivities;
  readonly lines: BatchedLines;
  readonly starter: VendorBatchStarter;
  sweep(): Promise<number>;
}

interface Parts {
  readonly database: Database;
  readonly client: Client;
  readonly epochKeys: EpochKeys;
  readonly accounts: Accounts;
}

/** What takes lines to their vendors together. */
export function composeVendorBatches(
  config: Config,
  { database, client, epochKeys, accounts }: Parts,
  onError: (error: unknown) => void,
): ComposedVendorBatches {
  const { vendorOpenMs: openMs, vendorMaxBytes: maxBytes } = config.batches;
  const starter = createVendorBatchStarter(client, config.temporal.taskQueue);
  const advance = createAdvanceVendorBatch({
    ...{ database, epochKeys, accounts, openMs, onError },
    tell: (requestId, attempt) =>
      tellIfOpen(client, () => client.workflow.getHandle(requestId).signal(vendorSpoke, attempt)),
  });
  return {
    activities: { advanceVendorBatch: asStep(advance, onError) },
    lines: createBatchedLines({ database, epochKeys, maxBytes, starter, onError }),
    starter,
    sweep: () => sweepVendorBatches({ database, starter, onError }),
  };
}

/** Under their own ids: one that runs is left alone, and one that a fault has ended begins anew. */
function createVendorBatchStarter(client: Client, taskQueue: string): VendorBatchStarter {
  return {
    start: async (vendorBatchId) => {
      const start = () =>
        client.workflow.start<typeof vendorBatch>('vendorBatch', {
          workflowId: vendorBatchId,
          taskQueue: jobQueueOf(taskQueue),
          args: [{ vendorBatchId }],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        });
      await startUnlessThere(client, start);
    },
    wake: async (vendorBatchId) => {
      await tellIfOpen(client, () => client.workflow.getHandle(vendorBatchId).signal(lookSignal));
    },
  };
}
