import { sleep } from '@temporalio/workflow';

/** As the gateway's, but for a wait before the run is asked about. */
export async function runSchedule(): Promise<void> {
  await sleep('1 second');
}
