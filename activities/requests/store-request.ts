import type { Call } from '../../workflows/contracts/media-calls.js';
import type { NewJob } from '../../workflows/contracts/job-terms.js';
import type { PreparedTake, TakeResult } from '../../workflows/contracts/rate-limits.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { tagsOf } from '../../workflows/domain/tags.js';
import type { ContentRows } from '../content/content-rows.js';
import type { Queryable } from '../storage/database.js';
import { storableJson } from '../storage/storable-json.js';

/** Undoes the transaction of a request that a rate limit refuses. */
class LimitedError extends Error {
  override readonly name = 'LimitedError';
  constructor(readonly taken: TakeResult) {
    super('a rate limit refused the request');
  }
}

export interface StoreOptions {
  readonly answerHoldMs: number;
  /** Present where the request is to run as a job (`input.job`). */
  readonly job?: NewJob;
}

/** A job that is stopped at its deadline has yet to be recorded, which may wait for Postgres. */
const recordedWithinMs = 600_000;

/**
 * A request's row, its content and, where its answer is to be found by its id, the row that it is found by. In the caller's
 * transaction, so that there is all of it or nothing.
 */
export async function storeRequest(
  rows: ContentRows,
  transaction: Queryable,
  input: RequestInput,
  call: Call,
  { answerHoldMs, job }: StoreOptions,
): Promise<void> {
  await transaction.query({
    name: 'request-accept',
    text: 'SELECT requests.accept($1, $2)',
    values: [storableJson(input), answerHoldMs],
  });
  if (input.job) await openJob(transaction, input, call, job);
  if (input.retention === 'zdr') return;
  // Readable for as long as it may run; the hold time counts from its end, and then `requests.finish` shortens this.
  await rows.putKept(transaction, input.requestId, call, Date.now() + longestRunMs(input) + answerHoldMs);
  if (input.stored !== true) return;
  await transaction.query({
    name: 'stored-answer-put',
    text: 'INSERT INTO requests.stored (request_id, project_id, dialect, metadata) VALUES ($1, $2, $3, $4)',
    values: [input.requestId, input.projectId, call.source.dialect, storableJson(tagsOf(call) ?? {})],
  });
}

function longestRunMs({ job, deadlines }: RequestInput): number {
  return job ? Date.parse(job.deadlineAt) - Date.now() + recordedWithinMs : deadlines.totalMs;
}

async function openJob(transaction: Queryable, input: RequestInput, call: Call, job: NewJob = {}): Promise<void> {
  await transaction.query({
    name: 'job-open',
    text: 'SELECT jobs.open($1, $2, $3, $4)',
    values: [storableJson(input), storableJson(tagsOf(call) ?? {}), job.webhookUrl ?? null, job.batchId ?? null],
  });
}

/** As the last of the transaction: what is locked by it, other requests wait for. Throws what `unlessLimited` catches. */
export async function takeWithin(transaction: Queryable, { statement, read }: PreparedTake): Promise<TakeResult> {
  const taken = read(await transaction.query(statement));
  if (taken.status === 'refused') throw new LimitedError(taken);
  return taken;
}

/** Where a rate limit refused what a transaction was to store, nothing of it is. */
export async function unlessLimited<T>(
  accepting: Promise<T>,
): Promise<T | { readonly status: 'limited'; readonly taken: TakeResult }> {
  try {
    return await accepting;
  } catch (error) {
    if (error instanceof LimitedError) return { status: 'limited', taken: error.taken };
    throw error;
  }
}
