import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { AttemptOutcome } from '../../workflows/contracts/requests.js';
import { retryWhileUnavailable } from '../storage/retry-while-unavailable.js';
import type { AttemptContext } from './attempt-context.js';
import { type AttemptRows, createAttemptRows } from './attempt-rows.js';

/** An answer that the vendor has been paid for is worth waiting for Postgres to come back. */
const patienceMs = 300_000;

export interface Recording {
  readonly outcome: AttemptOutcome;
  /** The price of the usage in nano USD, which can exceed what the caller is charged. */
  readonly cost: bigint;
  /** What the caller is told once the outcome stands; logged in the same transaction where the request is kept. */
  readonly last: readonly ReplyEvent[];
}

/**
 * Records the outcome and, with it, the end of the answer. Only then does the caller get that end. Where the caller is
 * here and its reply is in no log, and for a job, the same transaction ends the request (`finished`): the usual case, which
 * saves a commit, and a step of the flow. `undefined` where the attempt has become another execution's, which then tells the caller.
 */
export async function recordOutcome(
  context: AttemptContext,
  recording: Recording,
): Promise<AttemptOutcome | undefined> {
  const { input, sink, plans } = context;
  const { last } = recording;
  const recorded = await retryWhileUnavailable(patienceMs, () => record(context, recording));
  if (!recorded) return undefined;
  for (const event of last) await sink.deliver(event);
  if (recorded.finished) plans.forget(input.request.requestId);
  return recorded;
}

async function record(context: AttemptContext, recording: Recording): Promise<AttemptOutcome | undefined> {
  const { input, owner, database, sink } = context;
  const { outcome, last } = recording;
  const statements = await sink.durable(last);
  const isLogged = statements.length > 0;
  const { lane, retention } = input.request;
  // With its end an interactive request's log is left: nothing may be added to it then.
  const endsIt = outcome.status !== 'failed' && (isLogged ? lane === 'job' && retention === 'kept' : sink.callerIsHere);
  const write = endsIt ? recordTheEnd : recordAlone;
  if (!isLogged) return write(createAttemptRows(database), recording, input.request.requestId, owner);
  return database.transaction(async (transaction) => {
    // First the record: where it is refused, nothing may be logged.
    const recorded = await write(createAttemptRows(transaction), recording, input.request.requestId, owner);
    if (recorded) for (const statement of statements) await transaction.query(statement);
    return recorded;
  });
}

type Write = (
  rows: AttemptRows,
  recording: Recording,
  requestId: string,
  owner: string,
) => Promise<AttemptOutcome | undefined>;

const recordAlone: Write = async (rows, { outcome, cost }, requestId, owner) =>
  (await rows.record(requestId, owner, outcome, cost)) ? outcome : undefined;

const recordTheEnd: Write = async (rows, { outcome, cost }, requestId, owner) => {
  const finished = await rows.recordAndSettle(requestId, owner, outcome, cost);
  return finished && { ...outcome, finished };
};
