import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { LedgerDependencies } from './ledger-dependencies.js';

/** Where a request's caller waits: connected to this process, to another that lives, or nowhere any more. */
export type CallerWhereabouts = 'here' | 'elsewhere' | 'gone';

export async function findCaller(
  deps: Pick<LedgerDependencies, 'callerIsHere' | 'instances'>,
  request: RequestInput,
): Promise<CallerWhereabouts> {
  // The usual case comes first, because it asks no database.
  if (deps.callerIsHere(request.requestId) || request.holder === deps.instances.id) return 'here';
  return (await deps.instances.isAlive(request.holder)) ? 'elsewhere' : 'gone';
}
