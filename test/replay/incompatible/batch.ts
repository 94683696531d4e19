import { sleep } from '@temporalio/workflow';

/** What a careless change would look like: the flow waits before it reads its input. */
export async function batch(): Promise<void> {
  await sleep('1 minute');
}
