import {
  condition,
  continueAsNew,
  proxyActivities,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import type { VendorBatchActivities, VendorBatchInput } from '../contracts/vendor-batches.js';
import { lookSignal } from '../messages/batch.js';
import { batchQueueOf } from './steps/queues.js';
import { BATCH_RETRY, BATCH_STEP_TIMEOUT, HEARTBEAT_TIMEOUT, STEPS_OF_A_RUN } from './steps/timeouts.js';

setWorkflowOptions({ failureExceptionTypes: [Error] }, vendorBatch);

/**
 * A batch at a vendor: asks its one step until it is over. What there is to do is told by what is stored, so that the flow knows
 * the batch's id and nothing else; lines wait in their own flows.
 */
export async function vendorBatch({ vendorBatchId }: VendorBatchInput): Promise<void> {
  let isAsked = false;
  setHandler(lookSignal, () => {
    isAsked = true;
  });
  const { advanceVendorBatch } = proxyActivities<VendorBatchActivities>({
    taskQueue: batchQueueOf(workflowInfo().taskQueue),
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    startToCloseTimeout: BATCH_STEP_TIMEOUT,
    retry: BATCH_RETRY,
  });
  for (let number = 1; ; number += 1) {
    isAsked = false;
    const step = await advanceVendorBatch({ vendorBatchId });
    if (step.status === 'ended') return;
    if (step.afterMs > 0) await condition(() => isAsked, step.afterMs);
    if (number >= STEPS_OF_A_RUN || workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof vendorBatch>({ vendorBatchId });
  }
}
