import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { Log } from '../dependencies.js';
import { errorFields } from '../http/to-refusal.js';
import type { ExecutionDependencies } from './execution.js';
import type { BackstopOptions } from './with-backstop.js';

const CHECK_EVERY_MS = 5_000;
const GRACE_MS = 2_000;

export function backstopOf(
  deps: Pick<ExecutionDependencies, 'requests' | 'log' | 'settings'>,
  { requestId }: Pick<RequestInput, 'requestId'>,
): BackstopOptions {
  return {
    find: () => deps.requests.find(requestId),
    checkEveryMs: CHECK_EVERY_MS,
    graceMs: GRACE_MS,
    giveUpAfterMs: deps.settings.timeouts.totalMs,
    onError: warnOf(deps.log, requestId, 'a reply was not followed'),
  };
}

/** For work that nobody waits for: what went wrong is said by its class, and nothing else stops. */
export function warnOf(log: Log, requestId: string, message: string): (error: unknown) => void {
  return (error) => log.warn({ requestId, ...errorFields(error) }, message);
}
