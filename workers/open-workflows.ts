import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';

const describeDeadlineMs = 5_000;

/** Tells whether a request's workflow still runs. Throws where Temporal cannot say, which is not the same as no. */
export async function isWorkflowOpen(client: Client, requestId: string): Promise<boolean> {
  return (await describe(client, requestId))?.status.name === 'RUNNING';
}

/**
 * Tells whether a request's steps are in vain: somebody has cancelled its workflow, or it is closed. Throws as above. A
 * server too old to tell is taken to say yes, because the question follows from what may be a cancellation.
 */
export async function isWorkflowUnwanted(client: Client, requestId: string): Promise<boolean> {
  const description = await describe(client, requestId);
  if (description?.status.name !== 'RUNNING') return true;
  return description.raw.workflowExtendedInfo?.cancelRequested ?? true;
}

/** `undefined` where Temporal knows no such workflow. */
async function describe(client: Client, requestId: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    const ask = () => client.workflow.getHandle(requestId).describe();
    return await client.withDeadline(Date.now() + describeDeadlineMs, ask);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
