import type { RequestRecord } from '../../workflows/contracts/ports.js';
import { warnOf } from './backstop-options.js';
import type { ExecutionDependencies } from './execution.js';

/**
 * Asks for a request's end. What is written down stops a vendor that is at work, and every step that is yet to come; a job
 * that waits in Temporal, for its turn or a timer, is told there besides. Where Temporal is away, it ends with its next step.
 */
export async function stopRequest(
  deps: Pick<ExecutionDependencies, 'log' | 'requests' | 'starter'>,
  { id, isJob }: Pick<RequestRecord, 'id' | 'isJob'>,
): Promise<void> {
  await deps.requests.requestCancel(id);
  if (isJob) await deps.starter.cancel(id).catch(warnOf(deps.log, id, 'a job waits for its cancellation'));
}
