import type { AttemptFailure } from '../../workflows/contracts/failures.js';
import type { VendorBatchRef } from '../providers/port.js';
import type { Queryable } from '../storage/database.js';

export interface VendorBatchRow {
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly vendor: string;
  readonly credential_id: string | null;
  readonly endpoint: string;
  readonly state: 'open' | 'closed' | 'uploading' | 'submitting' | 'submitted' | 'ended';
  readonly uploaded: VendorBatchRef | null;
  readonly vendor_batch: VendorBatchRef | null;
  readonly epoch: string;
  readonly wrapped_key: Buffer;
  readonly silences: number;
  readonly cancelled_at: Date | null;
  readonly removed_at: Date | null;
  /** Milliseconds since it was opened, since it was about to be handed in, and since it was. */
  readonly open_ms: number;
  readonly submitting_ms: number | null;
  readonly submitted_ms: number | null;
  /** Whether the batch that its lines are of has still to submit lines, or has some that have not begun. */
  readonly expects_more: boolean;
  /** Nobody wants what is not done: the batch was cancelled, or its time is over, or each line was stopped. */
  readonly is_unwanted: boolean;
  readonly is_expired: boolean;
  readonly lines: number;
  /** Of these, those that somebody wants. */
  readonly wanted: number;
  readonly [column: string]: unknown;
}

const ageOf = (column: string): string => `(extract(epoch FROM now() - ${column}) * 1000)::float8`;

/** The row as its workflow needs it, and a note that somebody looks after it. */
export async function lookAtVendorBatch(database: Queryable, id: string): Promise<VendorBatchRow | undefined> {
  const [row] = await database.query<VendorBatchRow>({
    name: 'vendor-batch-look',
    text: `UPDATE jobs.vendor_batches v SET looked_at = now() FROM jobs.batches b WHERE v.id = $1 AND b.id = v.batch_id
           RETURNING v.id, v.organization_id, v.project_id, v.vendor, v.credential_id, v.endpoint, v.state, v.uploaded, v.vendor_batch,
             v.epoch, v.wrapped_key, v.silences, v.cancelled_at, v.removed_at, ${ageOf('v.opened_at')} AS open_ms,
             ${ageOf('v.submitting_at')} AS submitting_ms, ${ageOf('v.submitted_at')} AS submitted_ms,
             (SELECT count(*)::int FROM jobs.vendor_batch_lines l WHERE l.vendor_batch_id = v.id) AS lines,
             (SELECT count(*)::int FROM jobs.vendor_batch_lines l WHERE l.vendor_batch_id = v.id AND l.unwanted_at IS NULL) AS wanted,
             b.expires_at <= now() AS is_expired, b.status = 'cancelling' OR b.expires_at <= now() OR NOT EXISTS (
               SELECT FROM jobs.vendor_batch_lines l WHERE l.vendor_batch_id = v.id AND l.unwanted_at IS NULL) AS is_unwanted,
             v.state = 'open' AND (EXISTS (
               SELECT FROM jobs.batch_lines l WHERE l.batch_id = b.id AND l.state = 'pending')
             OR EXISTS (
               SELECT FROM jobs.batch_lines l JOIN jobs.jobs j ON j.request_id = l.request_id
               WHERE l.batch_id = b.id AND l.state = 'submitted' AND j.completed_at IS NULL
                 AND NOT EXISTS (SELECT FROM jobs.vendor_batch_lines w WHERE w.request_id = l.request_id)
                 AND NOT EXISTS (SELECT FROM requests.attempts a WHERE a.request_id = l.request_id AND a.vendor_job IS NOT NULL)
                 AND NOT EXISTS (SELECT FROM jobs.slots s WHERE s.request_id = l.request_id))) AS expects_more`,
    values: [id],
  });
  return row;
}

/** Moves a batch on from one state to the next; false where it was not there any more. */
export async function moveVendorBatch(
  database: Queryable,
  id: string,
  from: VendorBatchRow['state'],
  to: 'closed' | 'uploading' | 'submitting',
): Promise<boolean> {
  const rows = await database.query({
    name: `vendor-batch-${to}`,
    text: `UPDATE jobs.vendor_batches SET state = $3, submitting_at = CASE WHEN $3 = 'submitting' THEN now() END
           WHERE id = $1 AND state = $2 RETURNING 1`,
    values: [id, from, to],
  });
  return rows.length === 1;
}

export async function keepUploaded(database: Queryable, id: string, uploaded: VendorBatchRef): Promise<void> {
  await database.query({
    name: 'vendor-batch-uploaded',
    text: 'UPDATE jobs.vendor_batches SET uploaded = $2 WHERE id = $1',
    values: [id, JSON.stringify(uploaded)],
  });
}

/** The vendor has it: what its lines ask is not needed any more. */
export async function keepSubmitted(database: Queryable, id: string, batch: VendorBatchRef): Promise<void> {
  await database.query({
    name: 'vendor-batch-submitted',
    text: `WITH gone AS (UPDATE jobs.vendor_batch_lines SET request = NULL WHERE vendor_batch_id = $1)
           UPDATE jobs.vendor_batches SET state = 'submitted', submitted_at = now(), vendor_batch = $2, silences = 0
           WHERE id = $1 AND state = 'submitting'`,
    values: [id, JSON.stringify(batch)],
  });
}

/** From here on lines without an answer have failed so. */
export async function endVendorBatch(database: Queryable, id: string, failure: AttemptFailure): Promise<void> {
  await database.query({
    name: 'vendor-batch-end',
    text: `WITH gone AS (UPDATE jobs.vendor_batch_lines SET request = NULL WHERE vendor_batch_id = $1)
           UPDATE jobs.vendor_batches SET state = 'ended', ended_at = now(), failure = $2 WHERE id = $1 AND state <> 'ended'`,
    values: [id, JSON.stringify(failure)],
  });
}

export async function noteVendorBatch(
  database: Queryable,
  id: string,
  what: 'cancelled' | 'removed' | 'silent' | 'heard',
): Promise<void> {
  const sets = {
    cancelled: 'cancelled_at = now()',
    removed: 'removed_at = now()',
    silent: 'silences = silences + 1',
    heard: 'silences = 0',
  };
  await database.query({
    name: `vendor-batch-${what}`,
    text: `UPDATE jobs.vendor_batches SET ${sets[what]} WHERE id = $1`,
    values: [id],
  });
}
