import type { ReplySink } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { FinishInput, FinishResult } from '../../workflows/contracts/requests.js';
import { findCaller } from './caller-whereabouts.js';
import { forgetRequest } from './forget-request.js';
import type { LedgerDependencies } from './ledger-dependencies.js';
import type { Plans } from './plan-directory.js';
import { finishRow, type Finish, type FinishedRow } from './request-rows.js';
import { toFinishResult } from './settle.js';

type FailedEvent = Extract<ReplyEvent, { type: 'failed' }>;

/**
 * Voids the hold and tells the caller why there is no answer. Where the reply is logged, its end is logged in the
 * transaction that ends the request, so that a repeat is told the same.
 */
export function createRelease(deps: LedgerDependencies, plans: Plans): (input: FinishInput) => Promise<FinishResult> {
  return async ({ request, attempt, failure = { class: 'internal' }, attempts }) => {
    const caller = await findCaller(deps, request);
    // An empty message stands for the class's own words, which each dialect has.
    const detail = deps.replies.recall(request.requestId) ?? { message: '' };
    const event: FailedEvent = { type: 'failed', failure, detail: { ...detail, ...(attempts && { attempts }) } };
    const finish: Finish = {
      request,
      state: 'released',
      failureClass: failure.class,
      elsewhere: caller === 'elsewhere',
      ...(attempt !== undefined && { attempt }),
    };
    const sink = await deps.replies.open(request);
    try {
      const row = await finishAndLog(deps, sink, finish, event).catch((error: unknown) => {
        // Recalling has taken the detail out of memory, and the next run needs it.
        deps.replies.remember(request.requestId, detail);
        throw error;
      });
      // Also where an earlier run has ended the request: it may have died before it told the caller.
      if (row.state === 'released') await sink.deliver(event);
      forgetRequest(deps, plans, request.requestId);
      return toFinishResult(row);
    } finally {
      sink.close();
    }
  };
}

async function finishAndLog(
  deps: LedgerDependencies,
  sink: ReplySink,
  finish: Finish,
  event: FailedEvent,
): Promise<FinishedRow> {
  const statements = await sink.durable([event]);
  // Alone, the one statement is its own transaction and saves two round trips.
  if (statements.length === 0) return finishRow(deps.database, finish);
  return deps.database.transaction(async (transaction) => {
    const row = await finishRow(transaction, finish);
    // A log whose request has ended otherwise has that end in it.
    if (row.fresh && row.state === 'released') for (const statement of statements) await transaction.query(statement);
    return row;
  });
}
