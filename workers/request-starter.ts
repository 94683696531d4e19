import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import type { RequestStarter } from '../workflows/contracts/ports.js';
import type { RequestInput } from '../workflows/contracts/requests.js';
import { searchAttributeNames } from '../workflows/contracts/search-attributes.js';
import type { chat } from '../workflows/flows/chat.js';
import type { media } from '../workflows/flows/media.js';
import { WORKFLOW_TASK_TIMEOUT } from '../workflows/flows/steps/timeouts.js';

/** A caller waits for this call: beyond it, Temporal counts as away. */
const startDeadlineMs = 10_000;

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
      const start = () =>
        client.workflow.start<typeof chat | typeof media>(input.kind === 'chat' ? 'chat' : 'media', {
          workflowId: input.requestId,
          taskQueue,
          args: [input],
          requestEagerStart: true,
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
          typedSearchAttributes: searchAttributesOf(input),
        });
      try {
        const handle = await client.withDeadline(Date.now() + startDeadlineMs, start);
        return { eager: handle.eagerlyStarted, alreadyStarted: false };
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return { eager: false, alreadyStarted: true };
        throw error;
      }
    },
  };
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
