import { type Client, WorkflowNotFoundError } from '@temporalio/client';

const describeDeadlineMs = 5_000;

/** Tells whether a request's workflow still runs. Throws where Temporal cannot say, which is not the same as no. */
export async function isWorkflowOpen(client: Client, requestId: string): Promise<boolean> {
  try {
    const describe = () => client.workflow.getHandle(requestId).describe();
    const { status } = await client.withDeadline(Date.now() + describeDeadlineMs, describe);
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
