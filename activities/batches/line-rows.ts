import type { BatchRefusal } from '../../workflows/contracts/batches.js';
import type { EpochKeys } from '../content/epoch-keys.js';
import { sealJson, unsealJson } from '../storage/cipher.js';
import type { Database, Queryable } from '../storage/database.js';
import type { BatchRow } from './batch-rows.js';

export type LineState =
  'pending' | 'submitted' | 'succeeded' | 'failed' | 'refused' | 'broken' | 'canceled' | 'expired';

/** A line as it is found in its input. */
export interface LineEntry {
  readonly number: number;
  readonly firstByte: number;
  readonly bytes: number;
  readonly customHmac?: Buffer;
  readonly problem?: string;
}

export interface LineRow {
  readonly number: number;
  readonly first_byte: bigint;
  readonly bytes: number;
  readonly state: LineState;
  readonly request_id: string | null;
  readonly problem: string | null;
  readonly refusal: Buffer | null;
  readonly [column: string]: unknown;
}

const LINE_COLUMNS = 'number, first_byte, bytes, state, request_id, problem, refusal';

/** Those of an earlier try at the same validation. */
export async function deleteLines(database: Queryable, batchId: string): Promise<void> {
  await database.query({ text: 'DELETE FROM jobs.batch_lines WHERE batch_id = $1', values: [batchId] });
}

/** Gives the numbers of those that were not stored, because an earlier line has the same `custom_id`. */
export async function insertLines(
  database: Queryable,
  batchId: string,
  lines: readonly LineEntry[],
): Promise<readonly number[]> {
  const stored = await database.query<{ number: number }>({
    name: 'batch-lines-insert',
    text: `INSERT INTO jobs.batch_lines (batch_id, number, first_byte, bytes, custom_hmac, problem, state)
           SELECT $1, number, first_byte, bytes, custom_hmac, problem, CASE WHEN problem IS NULL THEN 'pending' ELSE 'broken' END
           FROM unnest($2::integer[], $3::bigint[], $4::integer[], $5::bytea[], $6::text[])
             AS line (number, first_byte, bytes, custom_hmac, problem)
           ORDER BY number
           ON CONFLICT (batch_id, custom_hmac) WHERE custom_hmac IS NOT NULL DO NOTHING RETURNING number`,
    values: [
      ...[batchId, lines.map(({ number }) => number), lines.map(({ firstByte }) => firstByte)],
      ...[lines.map(({ bytes }) => bytes), lines.map(({ customHmac }) => customHmac ?? null)],
      lines.map(({ problem }) => problem ?? null),
    ],
  });
  const numbers = new Set(stored.map(({ number }) => number));
  return lines.map(({ number }) => number).filter((number) => !numbers.has(number));
}

/** Whether lines are left to be submitted, how many run, and how many of those wait in batches at their vendors. */
export async function readOpen(
  database: Queryable,
  batchId: string,
): Promise<{ readonly hasPending: boolean; readonly running: number; readonly atVendors: number }> {
  const [row] = await database.query<{ pending: boolean; running: bigint; at_vendors: bigint }>({
    name: 'batch-lines-open',
    text: `SELECT EXISTS (SELECT FROM jobs.batch_lines WHERE batch_id = $1 AND state = 'pending') AS pending,
                  (SELECT count(*) FROM jobs.batch_lines WHERE batch_id = $1 AND state = 'submitted') AS running,
                  (SELECT count(*) FROM jobs.batch_lines l WHERE l.batch_id = $1 AND l.state = 'submitted' AND EXISTS (
                     SELECT FROM jobs.vendor_batch_lines v WHERE v.request_id = l.request_id)) AS at_vendors`,
    values: [batchId],
  });
  return {
    hasPending: row?.pending ?? false,
    running: Number(row?.running ?? 0),
    atVendors: Number(row?.at_vendors ?? 0),
  };
}

/** The next lines in any of these states behind a number, in their order. */
export function readLinePage(
  database: Queryable,
  batchId: string,
  states: readonly LineState[],
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly LineRow[]> {
  return database.query<LineRow>({
    name: 'batch-lines-page',
    text: `SELECT ${LINE_COLUMNS} FROM jobs.batch_lines
           WHERE batch_id = $1 AND state = ANY ($2) AND number > $3 ORDER BY number LIMIT $4`,
    values: [batchId, states, after, limit],
  });
}

/** Jobs of lines that run, those first that nobody has asked to end: many more may wait at vendors than are looked at in one go. */
export async function readRunning(database: Queryable, batchId: string, limit: number): Promise<readonly string[]> {
  const rows = await database.query<{ request_id: string }>({
    name: 'batch-lines-running',
    text: `SELECT l.request_id FROM jobs.batch_lines l JOIN requests.requests r ON r.id = l.request_id
           WHERE l.batch_id = $1 AND l.state = 'submitted' ORDER BY r.cancel_requested_at IS NOT NULL, l.number LIMIT $2`,
    values: [batchId, limit],
  });
  return rows.map(({ request_id: requestId }) => requestId);
}

/** How many of the lines that ran have ended since the last look. */
export async function collectLines(database: Queryable, batchId: string): Promise<number> {
  const [row] = await database.query<{ count: number }>({
    name: 'batch-lines-collect',
    text: 'SELECT jobs.collect_lines($1) AS count',
    values: [batchId],
  });
  return row?.count ?? 0;
}

export async function endPendingLines(
  database: Queryable,
  batchId: string,
  state: 'canceled' | 'expired' | 'refused',
  refusal?: Buffer,
): Promise<number> {
  const [row] = await database.query<{ count: number }>({
    name: 'batch-lines-end',
    text: 'SELECT jobs.end_pending_lines($1, $2, $3) AS count',
    values: [batchId, state, refusal ?? null],
  });
  return row?.count ?? 0;
}

/** What became of lines that were submitted: a job each, or a refusal. */
export async function noteSubmitted(
  database: Database,
  batchId: string,
  accepted: readonly { readonly number: number; readonly requestId: string }[],
  refused: readonly { readonly number: number; readonly refusal: Buffer }[],
): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query({
      name: 'batch-lines-accepted',
      text: `UPDATE jobs.batch_lines l SET state = 'submitted', request_id = n.request_id
             FROM unnest($2::integer[], $3::text[]) AS n (number, request_id)
             WHERE l.batch_id = $1 AND l.number = n.number AND l.state = 'pending'`,
      values: [batchId, accepted.map(({ number }) => number), accepted.map(({ requestId }) => requestId)],
    });
    if (refused.length === 0) return;
    await transaction.query({
      name: 'batch-lines-refused',
      text: `WITH noted AS (
               UPDATE jobs.batch_lines l SET state = 'refused', refusal = n.refusal
               FROM unnest($2::integer[], $3::bytea[]) AS n (number, refusal)
               WHERE l.batch_id = $1 AND l.number = n.number AND l.state = 'pending' RETURNING l.number
             )
             UPDATE jobs.batches b SET failed = b.failed + (SELECT count(*) FROM noted) WHERE b.id = $1`,
      values: [batchId, refused.map(({ number }) => number), refused.map(({ refusal }) => refusal)],
    });
  });
}

/** What a line is refused with quotes it: it rests under the batch's key, whichever line it is of. */
export interface RefusalSeal {
  seal(refusal: BatchRefusal): Buffer;
  open(sealed: Buffer): BatchRefusal;
}

export async function openRefusalSeal(epochKeys: EpochKeys, row: BatchRow): Promise<RefusalSeal> {
  const key = await epochKeys.unwrap(row.wrapped_key, row.id, row.epoch);
  if (key === undefined) throw new Error('the key of a batch is gone before its end');
  const context = `${row.id}/refusal`;
  return {
    seal: (refusal) => sealJson(key, context, refusal),
    open: (sealed) => unsealJson(key, context, sealed) as BatchRefusal,
  };
}
