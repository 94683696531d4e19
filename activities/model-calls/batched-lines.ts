import { randomUUID } from 'node:crypto';
import type { AttemptFailure } from '../../workflows/contracts/failures.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { VendorBatchStarter } from '../../workflows/contracts/vendor-batches.js';
import type { EpochKeys } from '../content/epoch-keys.js';
import type { BatchedAnswer } from '../providers/port.js';
import { newKey, sealJson, unsealJson } from '../storage/cipher.js';
import type { Database, Queryable } from '../storage/database.js';

/** An attempt that is to go into a batch at its vendor, and what its lines have in common. */
export interface JoiningLine {
  readonly requestId: string;
  readonly attempt: number;
  readonly organizationId: string;
  readonly projectId: string;
  readonly vendor: string;
  readonly credentialId: string | undefined;
  readonly model: string;
  readonly endpoint: string;
  readonly body: JsonObject;
  /** Of `limits.maxLines`: embeddings count by their inputs. */
  readonly counts: number;
  /** ISO 8601; nobody waits for it much longer. */
  readonly deadlineAt: string;
  readonly limits: { readonly maxLines: number; readonly maxBytes: number };
}

export type LineLook =
  | { readonly status: 'waiting' }
  | { readonly status: 'answered'; readonly answer: BatchedAnswer }
  | { readonly status: 'failed'; readonly failure: AttemptFailure };

/** What a batch has brought for a line, as it rests. */
export type LineEnd = { readonly answer: BatchedAnswer } | { readonly failure: AttemptFailure };

/** The lines that wait in batches at vendors, by their attempts. */
export interface BatchedLines {
  /** Joins a batch that is open, or opens one. Once more it changes nothing. */
  join(line: JoiningLine): Promise<void>;
  /** How it stands; nothing where it never joined. */
  look(requestId: string, attempt: number): Promise<LineLook | undefined>;
  /** Nobody wants its answer: true where it was taken out before the vendor had it. Otherwise it is noted. */
  leave(requestId: string, attempt: number): Promise<boolean>;
  /** Its outcome is recorded: nothing of it is left here. */
  forget(requestId: string, attempt: number): Promise<void>;
}

/** Beyond the deadline, when the batch is stopped at its vendor: what the vendor has done by then is waited for. */
const KEPT_BEYOND_MS = 48 * 3_600_000;

interface OpenRow {
  readonly id: string;
  readonly lines: number;
  readonly bytes: bigint;
  readonly epoch: string;
  readonly wrapped_key: Buffer;
  readonly [column: string]: unknown;
}

interface LineRow {
  readonly vendor_batch_id: string;
  readonly position: number;
  readonly answer: Buffer | null;
  readonly state: string;
  readonly failure: AttemptFailure | null;
  readonly epoch: string;
  readonly wrapped_key: Buffer;
  readonly [column: string]: unknown;
}

export interface BatchedLinesDependencies {
  readonly database: Database;
  readonly epochKeys: EpochKeys;
  /** The most that the requests of one batch come to, where the vendor takes more. */
  readonly maxBytes: number;
  readonly starter: VendorBatchStarter;
  readonly onError: (error: unknown) => void;
}

export function createBatchedLines(deps: BatchedLinesDependencies): BatchedLines {
  const { database, epochKeys, starter, onError } = deps;
  return {
    join: async (line) => {
      const opened = await joinOnce(deps, line);
      // Where Temporal is away the sweeper starts it.
      if (opened !== undefined) await starter.start(opened).catch(onError);
    },
    look: async (requestId, attempt) => {
      const row = await findLine(database, requestId, attempt);
      if (row === undefined) return undefined;
      if (row.answer !== null) {
        const key = await keyOf(epochKeys, { id: row.vendor_batch_id, ...row });
        if (key === undefined) return { status: 'failed', failure: { class: 'content_gone' } };
        const end = unsealJson(key, answerContext(row.vendor_batch_id, row.position), row.answer) as LineEnd;
        return 'answer' in end ? { status: 'answered', ...end } : { status: 'failed', ...end };
      }
      if (row.failure === null) return { status: 'waiting' };
      return { status: 'failed', failure: row.failure };
    },
    leave: async (requestId, attempt) => {
      const row = await findLine(database, requestId, attempt);
      if (row === undefined) return true;
      const isOut = await takeOut(database, row.vendor_batch_id, requestId, attempt);
      await starter.wake(row.vendor_batch_id).catch(onError);
      return isOut;
    },
    forget: async (requestId, attempt) => {
      await database.query({
        name: 'batched-line-forget',
        text: 'DELETE FROM jobs.vendor_batch_lines WHERE request_id = $1 AND attempt = $2',
        values: [requestId, attempt],
      });
    },
  };
}

/** Gives the batch's id where it was opened for this line. */
async function joinOnce(deps: BatchedLinesDependencies, line: JoiningLine): Promise<string | undefined> {
  const bytes = Buffer.byteLength(JSON.stringify(line.body));
  return deps.database.transaction(async (transaction) => {
    if (await findLine(transaction, line.requestId, line.attempt)) return undefined;
    const found = await findOpen(transaction, line);
    const hasRoom = found !== undefined && (await isRoomy(transaction, found, line, bytes, deps.maxBytes));
    const batch = hasRoom ? found : await open(transaction, deps.epochKeys, line);
    const key = await keyOf(deps.epochKeys, batch);
    if (key === undefined) throw new Error('the key of a batch at a vendor is gone before its end');
    // As many places as it counts for: the order is what matters, not that none is left out.
    const position = batch.lines + 1;
    await transaction.query({
      name: 'batched-line-insert',
      text: `WITH joined AS (
               UPDATE jobs.vendor_batches SET lines = lines + $7, bytes = bytes + $5 WHERE id = $1
             )
             INSERT INTO jobs.vendor_batch_lines (request_id, attempt, vendor_batch_id, position, bytes, request)
             VALUES ($2, $3, $1, $4, $5, $6)`,
      values: [
        ...[batch.id, line.requestId, line.attempt, position, bytes],
        sealJson(key, requestContext(batch.id, position), line.body),
        line.counts,
      ],
    });
    return hasRoom ? undefined : batch.id;
  });
}

/** Locked, so that places are given once, and so that it does not close meanwhile. */
async function findOpen(transaction: Queryable, line: JoiningLine): Promise<OpenRow | undefined> {
  // One at a time for each batch: two lines must not open a batch each.
  await transaction.query({
    name: 'batched-line-turn',
    text: `SELECT pg_advisory_xact_lock(7305030, hashtext($1))`,
    values: [commonOf(line)],
  });
  const [row] = await transaction.query<OpenRow>({
    name: 'vendor-batch-open',
    text: `SELECT v.id, v.lines, v.bytes, v.epoch, v.wrapped_key FROM jobs.vendor_batches v
           WHERE v.batch_id = (SELECT batch_id FROM jobs.jobs WHERE request_id = $1) AND v.vendor = $2
             AND coalesce(v.credential_id, '') = $3 AND v.model = $4 AND v.endpoint = $5 AND v.state = 'open' FOR UPDATE`,
    values: [line.requestId, line.vendor, line.credentialId ?? '', line.model, line.endpoint],
  });
  return row;
}

function commonOf({ projectId, vendor, credentialId = '', model, endpoint }: JoiningLine): string {
  return [projectId, vendor, credentialId, model, endpoint].join(' ');
}

/** One that this line would not fit into is closed. */
async function isRoomy(
  transaction: Queryable,
  batch: OpenRow,
  { limits, counts }: JoiningLine,
  bytes: number,
  ownMaxBytes: number,
): Promise<boolean> {
  // What the vendor's form adds to each line is little, and is left room for.
  const maxBytes = Math.min(ownMaxBytes, limits.maxBytes * 0.9);
  if (batch.lines + counts <= limits.maxLines && Number(batch.bytes) + bytes <= maxBytes) return true;
  await transaction.query({
    name: 'vendor-batch-close-full',
    text: `UPDATE jobs.vendor_batches SET state = 'closed' WHERE id = $1`,
    values: [batch.id],
  });
  return false;
}

async function open(transaction: Queryable, epochKeys: EpochKeys, line: JoiningLine): Promise<OpenRow> {
  const id = `vb_${randomUUID().replaceAll('-', '')}`;
  const { epoch, wrapped } = await epochKeys.wrap(newKey(), id, Date.parse(line.deadlineAt) + KEPT_BEYOND_MS);
  await transaction.query({
    name: 'vendor-batch-insert',
    text: `INSERT INTO jobs.vendor_batches (id, batch_id, organization_id, project_id, vendor, credential_id, model, endpoint, epoch, wrapped_key)
           SELECT $1, batch_id, $3, $4, $5, $6, $7, $8, $9, $10 FROM jobs.jobs WHERE request_id = $2`,
    values: [
      ...[id, line.requestId, line.organizationId, line.projectId, line.vendor, line.credentialId ?? null],
      ...[line.model, line.endpoint, epoch, wrapped],
    ],
  });
  return { id, lines: 0, bytes: 0n, epoch, wrapped_key: wrapped };
}

async function findLine(database: Queryable, requestId: string, attempt: number): Promise<LineRow | undefined> {
  const [row] = await database.query<LineRow>({
    name: 'batched-line-look',
    text: `SELECT l.vendor_batch_id, l.position, l.answer, v.state, v.failure, v.epoch, v.wrapped_key
           FROM jobs.vendor_batch_lines l JOIN jobs.vendor_batches v ON v.id = l.vendor_batch_id
           WHERE l.request_id = $1 AND l.attempt = $2`,
    values: [requestId, attempt],
  });
  return row;
}

/** True where it was taken out, before anything of its batch was sent. */
function takeOut(database: Database, batchId: string, requestId: string, attempt: number): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const [batch] = await transaction.query<{ state: string }>({
      name: 'vendor-batch-lock',
      text: 'SELECT state FROM jobs.vendor_batches WHERE id = $1 FOR UPDATE',
      values: [batchId],
    });
    const isHere = batch?.state === 'open' || batch?.state === 'closed';
    await transaction.query({
      name: isHere ? 'batched-line-take-out' : 'batched-line-unwanted',
      text: isHere
        ? 'DELETE FROM jobs.vendor_batch_lines WHERE request_id = $1 AND attempt = $2'
        : `UPDATE jobs.vendor_batch_lines SET unwanted_at = coalesce(unwanted_at, now()) WHERE request_id = $1 AND attempt = $2`,
      values: [requestId, attempt],
    });
    return isHere;
  });
}

export function keyOf(
  epochKeys: EpochKeys,
  { id, epoch, wrapped_key: wrapped }: Pick<OpenRow, 'id' | 'epoch' | 'wrapped_key'>,
): Promise<Buffer | undefined> {
  return epochKeys.unwrap(wrapped, id, epoch);
}

export const requestContext = (batchId: string, position: number): string => `${batchId}/${position}/request`;
export const answerContext = (batchId: string, position: number): string => `${batchId}/${position}/answer`;
