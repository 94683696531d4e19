import type { VendorJobRef } from '../../activities/providers/port.js';
import type { Queryable } from '../../activities/storage/database.js';
import type { AttemptOutcome, RequestInput } from '../../workflows/contracts/requests.js';
import type { Usage } from '../../workflows/contracts/usage.js';

export interface StoredAttempt {
  readonly number: number;
  readonly state: 'sending' | 'recorded';
  readonly owner: string;
  readonly calls: number;
  readonly checkpoint: Usage | null;
  readonly status: AttemptOutcome['status'] | null;
  readonly failure_class: string | null;
  readonly charge: bigint | null;
  readonly outcome: AttemptOutcome | null;
}

/** Every attempt of a request, as stored. */
export function attemptsOf(database: Queryable, { requestId }: RequestInput): Promise<readonly StoredAttempt[]> {
  return database.query<StoredAttempt & Record<string, unknown>>({
    text: `SELECT number, state, owner, calls, checkpoint, status, failure_class, charge, outcome
           FROM requests.attempts WHERE request_id = $1 ORDER BY number`,
    values: [requestId],
  });
}

/** An outcome as its row has it: without what the transaction that wrote it did besides. */
export function asRecorded({ finished: _, ...outcome }: AttemptOutcome): AttemptOutcome {
  return outcome;
}

/** What a process leaves that died while it was sending: its lease is over. */
export async function leaveSending(
  database: Queryable,
  { requestId }: RequestInput,
  {
    checkpoint,
    calls = 1,
    job,
  }: { readonly checkpoint?: Usage; readonly calls?: number; readonly job?: VendorJobRef } = {},
): Promise<void> {
  await database.query({
    text: `INSERT INTO requests.attempts (request_id, number, offer_id, vendor, model, state, owner, lease_until, calls, checkpoint, vendor_job)
           VALUES ($1, 1, 'acme/model', 'acme', 'model', 'sending', 'gw_dead/1', now() - interval '1 second', $2, $3, $4)`,
    values: [requestId, calls, checkpoint ? JSON.stringify(checkpoint) : null, job ? JSON.stringify(job) : null],
  });
}

/** The sender's lease is over, although it may go on for all anybody knows. */
export async function lapse(database: Queryable, { requestId }: RequestInput): Promise<void> {
  await database.query({
    text: `UPDATE requests.attempts SET lease_until = now() - interval '1 second' WHERE request_id = $1`,
    values: [requestId],
  });
}

/** Another execution has taken the attempt over, and holds it for as long as it likes. */
export async function takeFrom(database: Queryable, { requestId }: RequestInput, owner: string): Promise<void> {
  await database.query({
    text: `UPDATE requests.attempts SET owner = $2, lease_until = now() + interval '1 hour' WHERE request_id = $1`,
    values: [requestId, owner],
  });
}
