import { proxyLocalActivities } from '@temporalio/workflow';

/** The one step, which does nothing but be recorded. */
export interface FloorActivities {
  noop(requestId: string): Promise<void>;
}

const { noop } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: '30s' });

/** The least that a durable workflow with an effect can be. */
export async function floor(requestId: string): Promise<void> {
  await noop(requestId);
}
