import type { ReplySink } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { AttemptOutcome } from '../../workflows/contracts/requests.js';
import type { Database } from '../storage/database.js';
import { retryWhileUnavailable } from '../storage/retry-while-unavailable.js';
import { createAttemptRows } from './attempt-rows.js';

/** An answer that the vendor has been paid for is worth waiting for Postgres to come back. */
const patienceMs = 300_000;

export interface Recording {
  readonly requestId: string;
  readonly owner: string;
  readonly outcome: AttemptOutcome;
  /** The price of the usage in nano USD, which can exceed what the caller is charged. */
  readonly cost: bigint;
  /** What the caller is told once the outcome stands; logged in the same transaction where the request is kept. */
  readonly last: readonly ReplyEvent[];
}

/**
 * Records the outcome and, with it, the end of the answer. Only then does the caller get that end. `false` where the
 * attempt has become another execution's, which then tells the caller.
 */
export async function recordOutcome(database: Database, sink: ReplySink, recording: Recording): Promise<boolean> {
  const { requestId, owner, outcome, cost, last } = recording;
  const isRecorded = await retryWhileUnavailable(patienceMs, async () => {
    const statements = await sink.durable(last);
    if (statements.length === 0) return createAttemptRows(database).record(requestId, owner, outcome, cost);
    return database.transaction(async (transaction) => {
      // First the record: where it is refused, nothing may be logged.
      if (!(await createAttemptRows(transaction).record(requestId, owner, outcome, cost))) return false;
      for (const statement of statements) await transaction.query(statement);
      return true;
    });
  });
  if (!isRecorded) return false;
  for (const event of last) await sink.deliver(event);
  return true;
}
