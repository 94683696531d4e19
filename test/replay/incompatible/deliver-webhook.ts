import { sleep } from '@temporalio/workflow';

/** What a careless change would look like: the flow waits before its first attempt. */
export async function deliverWebhook(): Promise<void> {
  await sleep('1 minute');
}
