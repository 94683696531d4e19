import { refused } from '../http/refused-error.js';
import type { AcceptedCall, Execution, ExecutionDependencies } from './execution.js';
import { followRequest } from './follow-request.js';
import { startRequest } from './start-request.js';

/**
 * Runs a request as a workflow and gives its reply as it comes. A keyed request is stored before it starts, so that a
 * repeat finds it; a repeat attaches to what it finds and never causes a second call.
 *
 * Throws `RefusedError`: `idempotency_key_reused`, `answer_expired`, `unavailable` (nothing is held then, or, where keyed,
 * a repeat goes on with it).
 */
export async function executeRequest(deps: ExecutionDependencies, accepted: AcceptedCall): Promise<Execution> {
  const { input, call, key } = accepted;
  if (key === undefined) return startRequest(deps, input, call);
  const acceptance = await deps.requests.acceptKeyed(input, call, key);
  switch (acceptance.status) {
    case 'accepted':
      return startRequest(deps, input, call);
    case 'repeated':
      return followRequest(deps, acceptance.record);
    case 'body_differs':
      throw refused('idempotency_key_reused');
  }
}
