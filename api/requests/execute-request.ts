import type { PreparedTake, TakeResult } from '../../workflows/contracts/rate-limits.js';
import { rateLimitHeaders, toRateLimitRefusal } from '../../workflows/domain/rate-limit-answers.js';
import { refused, RefusedError } from '../http/refused-error.js';
import { warnOf } from './backstop-options.js';
import type { AcceptedCall, Execution, ExecutionDependencies } from './execution.js';
import { followRequest } from './follow-request.js';
import { startRequest } from './start-request.js';

/**
 * Runs a request as a workflow and gives its reply as it comes. A request with a key, or whose answer is to be stored, is
 * stored before it starts. A repeat finds the keyed one; a repeat attaches to what it finds, never causes a second call and takes nothing of a rate limit.
 *
 * Throws `RefusedError`: `idempotency_key_reused`, `answer_expired`, `rate_limit_exceeded`, `request_exceeds_rate_limit`,
 * `unavailable` (nothing is held then, or, where keyed, a repeat goes on with it).
 */
export async function executeRequest(deps: ExecutionDependencies, accepted: AcceptedCall): Promise<Execution> {
  const take = await deps.rateLimits.prepare(accepted.input);
  if (accepted.key) return executeKeyed(deps, accepted, accepted.key, take);
  if (accepted.answerHoldMs !== undefined) return executeStored(deps, accepted, accepted.answerHoldMs, take);
  return executeUnkeyed(deps, accepted, take);
}

async function executeUnkeyed(
  deps: ExecutionDependencies,
  { input, call }: AcceptedCall,
  take: PreparedTake | undefined,
): Promise<Execution> {
  if (take === undefined) return startRequest(deps, input, call);
  const taken = await deps.rateLimits.take(take);
  if (taken.status === 'refused') throw limited(taken);
  try {
    return withStandings(await startRequest(deps, input, call), taken);
  } catch (error) {
    const { requestId } = input;
    deps.rateLimits.giveBack(requestId).catch(warnOf(deps.log, requestId, 'a rate limit was not given back'));
    throw error;
  }
}

async function executeStored(
  deps: ExecutionDependencies,
  { input, call }: AcceptedCall,
  answerHoldMs: number,
  take: PreparedTake | undefined,
): Promise<Execution> {
  const acceptance = await deps.requests.acceptStored(input, call, { answerHoldMs }, take);
  if (acceptance.status === 'limited') throw limited(acceptance.taken);
  try {
    return withStandings(await startRequest(deps, input, call), acceptance.taken);
  } catch (error) {
    // Nobody knows its id yet. A workflow that was started after all finds no content and releases; else the sweeper does.
    const { projectId, requestId } = input;
    const forget = deps.storedAnswers.destroy(projectId, requestId);
    forget.catch(warnOf(deps.log, requestId, 'a stored request was not forgotten'));
    if (take) deps.rateLimits.giveBack(requestId).catch(warnOf(deps.log, requestId, 'a rate limit was not given back'));
    throw error;
  }
}

async function executeKeyed(
  deps: ExecutionDependencies,
  { input, call }: AcceptedCall,
  key: NonNullable<AcceptedCall['key']>,
  take: PreparedTake | undefined,
): Promise<Execution> {
  const acceptance = await deps.requests.acceptKeyed(input, call, key, take);
  switch (acceptance.status) {
    case 'accepted':
      // Where its start fails, the request is stored and another process starts it: what it has taken stays taken.
      return withStandings(await startRequest(deps, input, call), acceptance.taken);
    case 'repeated':
      return followRequest(deps, acceptance.record);
    case 'body_differs':
      throw refused('idempotency_key_reused');
    case 'limited':
      throw limited(acceptance.taken);
  }
}

function withStandings(execution: Execution, taken: TakeResult | undefined): Execution {
  return taken === undefined ? execution : { ...execution, headers: rateLimitHeaders(taken.standings) };
}

export function limited(taken: TakeResult): RefusedError {
  return new RefusedError(toRateLimitRefusal(taken), { headers: rateLimitHeaders(taken.standings) });
}
