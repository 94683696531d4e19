import type { LedgerDependencies } from './ledger-dependencies.js';
import type { Plans } from './plan-directory.js';

/** Drops what this process's memory holds of a request that has ended. */
export function forgetRequest(
  deps: Pick<LedgerDependencies, 'content' | 'replies'>,
  plans: Plans,
  requestId: string,
): void {
  deps.content.drop(requestId);
  plans.forget(requestId);
  deps.replies.recall(requestId);
}
