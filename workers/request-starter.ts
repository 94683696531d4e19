import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import type { RequestStarter } from '../workflows/contracts/ports.js';
import type { RequestInput } from '../workflows/contracts/requests.js';
import { searchAttributeNames } from '../workflows/contracts/search-attributes.js';
import type { chat } from '../workflows/flows/chat.js';
import type { media } from '../workflows/flows/media.js';
import type { job } from '../workflows/flows/job.js';
import { jobQueueOf } from '../workflows/flows/steps/queues.js';
import type { JobInput } from '../workflows/flows/steps/job-steps.js';
import { WORKFLOW_TASK_TIMEOUT } from '../workflows/flows/steps/timeouts.js';
import { startUnlessThere, tellIfOpen } from './temporal-calls.js';

const keyOf = (name: keyof typeof searchAttributeNames) =>
  defineSearchAttributeKey(searchAttributeNames[name], 'KEYWORD');
const keys = {
  organization: keyOf('organization'),
  project: keyOf('project'),
  key: keyOf('key'),
  model: keyOf('model'),
  status: keyOf('status'),
};

/**
 * Starts requests as workflows, their first task taken along with the start call where this process has a slot for it.
 * The request's id is the workflow's, so that the same request cannot run twice.
 */
export function createRequestStarter(client: Client, taskQueue: string): RequestStarter {
  return {
    start: async (input) => {
      const start = () => startOf(client, taskQueue, input);
      const handle = await startUnlessThere(client, start);
      return { eager: handle?.eagerlyStarted ?? false, alreadyStarted: handle === undefined };
    },
    cancel: async (requestId) => {
      // Where there is none yet, what is stored of the wish is found by whatever starts it; where it is over, it comes too late.
      await tellIfOpen(client, () => client.workflow.getHandle(requestId).cancel());
    },
  };
}

function startOf(
  client: Client,
  taskQueue: string,
  input: RequestInput,
): Promise<{ readonly eagerlyStarted: boolean }> {
  const options = {
    workflowId: input.requestId,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
    typedSearchAttributes: searchAttributesOf(input),
  } as const;
  if (!isJob(input)) {
    return client.workflow.start<typeof chat | typeof media>(input.kind === 'chat' ? 'chat' : 'media', {
      ...options,
      taskQueue,
      args: [input],
      requestEagerStart: true,
    });
  }
  return client.workflow.start<typeof job>('job', {
    ...options,
    taskQueue: jobQueueOf(taskQueue),
    args: [input],
    requestEagerStart: true,
    // Its steps inherit both: of a backlog, the better priority goes first, and within one organisations take turns.
    priority: { priorityKey: input.job.priority, fairnessKey: input.organizationId.slice(0, MOST_FAIRNESS_KEY) },
  });
}

/** Temporal refuses a longer one; those that share a beginning then share a turn. */
const MOST_FAIRNESS_KEY = 64;

function isJob(input: RequestInput): input is JobInput {
  return input.lane === 'job' && input.job !== undefined;
}

function searchAttributesOf(input: RequestInput): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: keys.organization, value: input.organizationId },
    { key: keys.project, value: input.projectId },
    { key: keys.key, value: input.keyId },
    { key: keys.model, value: input.models[0] ?? '' },
    { key: keys.status, value: 'running' },
  ]);
}
