import { sleep } from '@temporalio/workflow';

/** Waits before it begins, which no run of before has done. */
export async function vendorBatch(): Promise<void> {
  await sleep(1_000);
}
