import { sleep } from '@temporalio/workflow';

/** What a careless change would look like: the flow waits before it reads. */
export async function refreshCatalogue(): Promise<void> {
  await sleep('1 minute');
}
