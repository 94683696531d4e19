import type { AttemptFailure } from '../../workflows/contracts/failures.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { BatchedLine, BatchedResult } from '../providers/port.js';
import { sealJson, unsealJson } from '../storage/cipher.js';
import type { Database } from '../storage/database.js';
import { answerContext, type LineEnd, requestContext } from './batched-lines.js';

/** Lines whose sizes are looked up at once, and bytes of requests that are held while they are sent. */
const PAGE = 500;
const HELD_BYTES = 4 * 1024 * 1024;
/** Answers that are written with one statement. */
const WRITTEN_AT_ONCE = 50;
/** Jobs that are told at the same time. */
const SIDE_BY_SIDE = 8;

export interface OpenedVendorBatch {
  readonly id: string;
  readonly key: Buffer;
}

/** Its name at the vendor: the attempt's own, which nobody outside needs to read. */
function customIdOf(requestId: string, attempt: number): string {
  return `${requestId}-${attempt}`;
}

function attemptOf(customId: string): { readonly requestId: string; readonly attempt: number } {
  const at = customId.lastIndexOf('-');
  return { requestId: customId.slice(0, at), attempt: Number(customId.slice(at + 1)) };
}

/** Whether a line goes by this name in a batch at a vendor. */
export async function hasLine(database: Database, id: string, customId: string): Promise<boolean> {
  const { requestId, attempt } = attemptOf(customId);
  if (!Number.isSafeInteger(attempt)) return false;
  const rows = await database.query({
    name: 'vendor-batch-has-line',
    text: 'SELECT 1 FROM jobs.vendor_batch_lines WHERE request_id = $2 AND attempt = $3 AND vendor_batch_id = $1',
    values: [id, requestId, attempt],
  });
  return rows.length === 1;
}

interface SizeRow {
  readonly position: number;
  readonly bytes: number;
  readonly [column: string]: unknown;
}

/** What the lines ask, in their order, a few megabytes at a time. */
export async function* readRequests(database: Database, { id, key }: OpenedVendorBatch): AsyncGenerator<BatchedLine> {
  for (let after = 0; ;) {
    const sizes = await database.query<SizeRow>({
      name: 'vendor-batch-sizes',
      text: `SELECT position, bytes FROM jobs.vendor_batch_lines
             WHERE vendor_batch_id = $1 AND position > $2 AND unwanted_at IS NULL ORDER BY position LIMIT ${PAGE}`,
      values: [id, after],
    });
    if (sizes.length === 0) return;
    for (const to of spansOf(sizes)) {
      const rows = await database.query<{
        request_id: string;
        attempt: number;
        position: number;
        request: Buffer | null;
      }>({
        name: 'vendor-batch-requests',
        text: `SELECT request_id, attempt, position, request FROM jobs.vendor_batch_lines
               WHERE vendor_batch_id = $1 AND position > $2 AND position <= $3 AND unwanted_at IS NULL ORDER BY position`,
        values: [id, after, to],
      });
      for (const { request_id: requestId, attempt, position, request } of rows) {
        if (request === null) throw new Error('what a line asks is gone before it was handed in');
        const body = unsealJson(key, requestContext(id, position), request) as JsonObject;
        yield { customId: customIdOf(requestId, attempt), body };
      }
      after = to;
    }
  }
}

/** The last position of each group that may be held at once. */
function spansOf(sizes: readonly SizeRow[]): readonly number[] {
  const ends: number[] = [];
  let held = 0;
  for (const [index, { position, bytes }] of sizes.entries()) {
    held += bytes;
    const next = sizes[index + 1];
    if (next === undefined || held + next.bytes > HELD_BYTES) {
      ends.push(position);
      held = 0;
    }
  }
  return ends;
}

/**
 * Brings each result to its line; one that is there stays, so that the same results may be read again. `failureOf` says what a
 * vendor's failure of a line means here.
 */
export async function keepResults(
  database: Database,
  batch: OpenedVendorBatch,
  results: AsyncIterable<BatchedResult>,
  failureOf: (failure: AttemptFailure) => AttemptFailure,
): Promise<void> {
  let page = new Map<string, LineEnd>();
  for await (const result of results) {
    page.set(result.customId, 'answer' in result ? { answer: result.answer } : { failure: failureOf(result.failure) });
    if (page.size < WRITTEN_AT_ONCE) continue;
    await writePage(database, batch, page);
    page = new Map();
  }
  await writePage(database, batch, page);
}

async function writePage(
  database: Database,
  { id, key }: OpenedVendorBatch,
  answers: ReadonlyMap<string, LineEnd>,
): Promise<void> {
  if (answers.size === 0) return;
  const attempts = [...answers.keys()].map(attemptOf);
  const lines = await database.query<{ request_id: string; attempt: number; position: number }>({
    name: 'vendor-batch-answered',
    text: `SELECT l.request_id, l.attempt, l.position FROM jobs.vendor_batch_lines l
           JOIN unnest($2::text[], $3::integer[]) AS a (request_id, attempt) ON a.request_id = l.request_id AND a.attempt = l.attempt
           WHERE l.vendor_batch_id = $1 AND l.answer IS NULL`,
    values: [id, attempts.map(({ requestId }) => requestId), attempts.map(({ attempt }) => attempt)],
  });
  const sealed = lines.map(({ request_id: requestId, attempt, position }) =>
    sealJson(key, answerContext(id, position), answers.get(customIdOf(requestId, attempt))),
  );
  await database.query({
    name: 'vendor-batch-answer',
    text: `UPDATE jobs.vendor_batch_lines l SET answer = a.answer
           FROM unnest($2::integer[], $3::bytea[]) AS a (position, answer)
           WHERE l.vendor_batch_id = $1 AND l.position = a.position AND l.answer IS NULL`,
    values: [id, lines.map(({ position }) => position), sealed],
  });
}

/** Tells the jobs of a batch that has ended, each once; one whose signal is lost looks by itself, hours later. */
export async function tellLines(
  database: Database,
  id: string,
  tell: (requestId: string, attempt: number) => Promise<unknown>,
): Promise<void> {
  for (;;) {
    const lines = await database.query<{ request_id: string; attempt: number }>({
      name: 'vendor-batch-untold',
      text: `SELECT request_id, attempt FROM jobs.vendor_batch_lines WHERE vendor_batch_id = $1 AND told_at IS NULL
             ORDER BY position LIMIT ${SIDE_BY_SIDE}`,
      values: [id],
    });
    if (lines.length === 0) return;
    await Promise.all(lines.map(({ request_id: requestId, attempt }) => tell(requestId, attempt)));
    await database.query({
      name: 'vendor-batch-told',
      text: `UPDATE jobs.vendor_batch_lines SET told_at = now() WHERE (request_id, attempt) IN (
               SELECT * FROM unnest($1::text[], $2::integer[]))`,
      values: [lines.map(({ request_id: requestId }) => requestId), lines.map(({ attempt }) => attempt)],
    });
  }
}
