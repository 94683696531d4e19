import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';

/** A caller may wait for such a call: beyond it, Temporal counts as away. */
const START_DEADLINE_MS = 10_000;

/** Starts a workflow; `undefined` where one of its id is there, which is left alone. Throws where Temporal is away. */
export async function startUnlessThere<Handle>(
  client: Client,
  start: () => Promise<Handle>,
): Promise<Handle | undefined> {
  try {
    return await client.withDeadline(Date.now() + START_DEADLINE_MS, start);
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

/** Tells a workflow something; false where it has not started yet, or is over. Throws where Temporal is away. */
export async function tellIfOpen(
  client: Client,
  tell: () => Promise<unknown>,
  deadlineMs = START_DEADLINE_MS,
): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + deadlineMs, tell);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
