import type { BatchLines, BatchSubmission } from '../../workflows/contracts/batches.js';
import type { StoredObject } from '../../workflows/contracts/objects.js';
import { readBatchLine } from '../../workflows/domain/batch-lines.js';
import type { BatchRow } from './batch-rows.js';
import { toBatch } from './batch-rows.js';
import type { BatchDependencies } from './dependencies.js';
import { endPendingLines, type LineRow, noteSubmitted, openRefusalSeal, type RefusalSeal } from './line-rows.js';
import { type LineText, readLineTexts } from './read-lines.js';

/** Lines of one batch that are being stored at the same time, against the requests that a process takes at once. */
const SIDE_BY_SIDE = 8;

interface Submitted {
  readonly row: LineRow;
  readonly submission: BatchSubmission;
}

/**
 * Submits lines in their order, until a limit is met. A step that dies between the submission and its note submits the line
 * once more, under the same key, and finds the job that it has.
 */
export async function submitLines(
  deps: BatchDependencies,
  batch: BatchRow,
  work: StoredObject,
  lines: BatchLines,
  rows: readonly LineRow[],
): Promise<{ readonly count: number; readonly waitMs?: number }> {
  const seal = await openRefusalSeal(deps.epochKeys, batch);
  let count = 0;
  for await (const texts of readLineTexts(deps.objects, work, rows)) {
    for (let from = 0; from < texts.length; from += SIDE_BY_SIDE) {
      const group = await Promise.all(
        texts.slice(from, from + SIDE_BY_SIDE).map((text) => submitOne(lines, batch, text)),
      );
      count += await note(deps, batch, seal, group);
      const waitMs = longestWait(group);
      if (waitMs !== undefined) return { count, waitMs };
      if (deps.isStopping() || (await endedByKey(deps, batch, seal, group))) return { count };
    }
  }
  return { count };
}

async function submitOne(lines: BatchLines, batch: BatchRow, { row, text = '' }: LineText): Promise<Submitted> {
  const line = readBatchLine(text, row.number, batch.endpoint);
  if (line.status !== 'request') throw new Error('a line is not what it was when it was validated');
  const submission = await lines.submit({ batch: toBatch(batch), number: row.number, body: line.body });
  return { row, submission };
}

async function note(
  { database }: BatchDependencies,
  batch: BatchRow,
  seal: RefusalSeal,
  group: readonly Submitted[],
): Promise<number> {
  const accepted: { readonly number: number; readonly requestId: string }[] = [];
  const refused: { readonly number: number; readonly refusal: Buffer }[] = [];
  for (const { row, submission } of group) {
    const { number } = row;
    if (submission.status === 'accepted') accepted.push({ number, requestId: submission.requestId });
    if (submission.status === 'refused') refused.push({ number, refusal: seal.seal(submission) });
  }
  if (accepted.length + refused.length > 0) await noteSubmitted(database, batch.id, accepted, refused);
  return accepted.length + refused.length;
}

function longestWait(group: readonly Submitted[]): number | undefined {
  const waits = group.flatMap(({ submission }) => (submission.status === 'wait' ? [submission.afterMs] : []));
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

/** A key that is revoked or expired will not come back: every further line would be told the same, one by one. */
async function endedByKey(
  { database }: BatchDependencies,
  { id }: BatchRow,
  seal: RefusalSeal,
  group: readonly Submitted[],
): Promise<boolean> {
  const refusal = group.map(({ submission }) => submission).find((one) => one.status === 'refused' && one.isOfKey);
  if (refusal?.status !== 'refused') return false;
  await endPendingLines(database, id, 'refused', seal.seal(refusal));
  return true;
}
