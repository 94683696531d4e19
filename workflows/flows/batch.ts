import {
  ActivityFailure,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchActivities, BatchInput, BatchStatus } from '../contracts/batches.js';
import { lookSignal } from '../messages/batch.js';
import { batchQueueOf } from './steps/queues.js';
import {
  BATCH_RETRY,
  BATCH_STEP_TIMEOUT,
  BATCH_WRITE_TIMEOUT,
  HEARTBEAT_TIMEOUT,
  STEPS_OF_A_RUN,
} from './steps/timeouts.js';

setWorkflowOptions({ failureExceptionTypes: [Error] }, batch);

/**
 * Many requests handed in at once: their input is read, its lines are submitted as jobs a few at a time, and what they bring is
 * written. It knows the batch's id and asks its steps until they say that it is over; what lines say never comes here.
 */
export async function batch({ batchId }: BatchInput): Promise<{ readonly status: BatchStatus }> {
  let isAsked = false;
  setHandler(lookSignal, () => {
    isAsked = true;
  });
  const steps = batchSteps();
  try {
    // Of a batch that goes on in a new run this says at once that it has been done.
    const { status } = await steps.short.validateBatch({ batchId });
    for (let number = 1, idle = 0; status === 'ready'; number += 1) {
      isAsked = false;
      const step = await steps.short.advanceBatch({ batchId, idle });
      if (step.status === 'ended') break;
      idle = step.moved ? 0 : idle + 1;
      if (step.afterMs > 0) await condition(() => isAsked, step.afterMs);
      if (number >= STEPS_OF_A_RUN || workflowInfo().continueAsNewSuggested)
        await continueAsNew<typeof batch>({ batchId });
    }
    // Of a batch that its input has ended, or somebody's wish, this only tells as what.
    return await steps.long.writeBatch({ batchId });
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    await steps.short.failBatch({ batchId });
    return { status: 'failed' };
  }
}

/** On a queue of their own, so that they take no place of what jobs do between their calls. */
function batchSteps() {
  const options = {
    taskQueue: batchQueueOf(workflowInfo().taskQueue),
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    retry: BATCH_RETRY,
  };
  return {
    short: proxyActivities<BatchActivities>({ ...options, startToCloseTimeout: BATCH_STEP_TIMEOUT }),
    long: proxyActivities<BatchActivities>({ ...options, startToCloseTimeout: BATCH_WRITE_TIMEOUT }),
  };
}
