import type { BatchActivities, BatchLines, BatchStep } from '../../workflows/contracts/batches.js';
import type { StoredObject } from '../../workflows/contracts/objects.js';
import type { BatchRow } from './batch-rows.js';
import { lookAt } from './batch-rows.js';
import { BatchInputGoneError, type BatchDependencies } from './dependencies.js';
import { collectLines, endPendingLines, readLinePage, readOpen, readRunning } from './line-rows.js';
import { submitLines } from './submit-lines.js';

/** So long a step works on one batch before others have their turn. */
const SLICE_MS = 10_000;
/** Between two looks of a step in which something moves. */
const SOON_MS = 150;
/** Before the next step where nothing has moved, longer each time. */
const IDLE_MS = 500;
const LONGER_EACH_TIME = 1.5;
const IDLE_MAX_MS = 15_000;

interface Look {
  readonly moved: boolean;
  /** A limit was met: no line is to be submitted before that. */
  readonly waitMs?: number;
  readonly ended: boolean;
}

/** Works on a batch for a while: submits lines as there is room for them, and notes which have ended. */
export function createAdvanceBatch(deps: BatchDependencies): BatchActivities['advanceBatch'] {
  return async ({ batchId, idle }): Promise<BatchStep> => {
    const untilMs = deps.clock() + SLICE_MS;
    let moved = false;
    for (;;) {
      const look = await lookOnce(deps, batchId);
      if (look.ended) return { status: 'ended' };
      moved ||= look.moved;
      if (look.waitMs !== undefined) {
        return { status: 'working', afterMs: Math.min(look.waitMs, IDLE_MAX_MS), moved };
      }
      if (!look.moved) return { status: 'working', afterMs: idleMs(moved ? 0 : idle), moved };
      if (deps.clock() >= untilMs || deps.isStopping()) return { status: 'working', afterMs: 0, moved };
      await deps.pause(SOON_MS);
    }
  };
}

function idleMs(idle: number): number {
  return Math.min(IDLE_MS * LONGER_EACH_TIME ** idle, IDLE_MAX_MS);
}

async function lookOnce(deps: BatchDependencies, batchId: string): Promise<Look> {
  const { database } = deps;
  const batch = await lookAt(database, batchId);
  if (!batch || batch.ended_at) return { moved: false, ended: true };
  const collected = await collectLines(database, batchId);
  const lines = deps.lines();
  const isOver = batch.status === 'cancelling' || batch.expires_at.getTime() <= deps.clock();
  const stopped = isOver ? await stop(deps, batch, lines) : 0;
  const open = await readOpen(database, batchId);
  if (!open.hasPending && open.running === 0) {
    await noteFinalizing(deps, batchId);
    return { moved: true, ended: true };
  }
  const room = deps.settings.linesAtOnce - (open.running - open.atVendors);
  if (isOver || !open.hasPending || room <= 0 || !lines) {
    return { moved: collected + stopped > 0, ended: false };
  }
  const { count, waitMs } = await submitNext(deps, batch, lines, room);
  return { moved: collected + count > 0, ended: false, ...(waitMs !== undefined && { waitMs }) };
}

/** Lines that wait are not begun; of a cancelled batch those that run are told to end, and of an expired one they do so themselves. */
async function stop(deps: BatchDependencies, batch: BatchRow, lines: BatchLines | undefined): Promise<number> {
  const isCancelled = batch.status === 'cancelling';
  const count = await endPendingLines(deps.database, batch.id, isCancelled ? 'canceled' : 'expired');
  if (!isCancelled || !lines) return count;
  const running = await readRunning(deps.database, batch.id, 2 * deps.settings.linesAtOnce);
  for (const requestId of running) await lines.stop(requestId);
  return count;
}

async function submitNext(
  deps: BatchDependencies,
  batch: BatchRow,
  lines: BatchLines,
  room: number,
): Promise<{ readonly count: number; readonly waitMs?: number }> {
  const rows = await readLinePage(deps.database, batch.id, ['pending'], { after: 0, limit: room });
  return submitLines(deps, batch, await findWork(deps, batch), lines, rows);
}

/** The object that the batch's lines are read from. */
export async function findWork({ objects }: BatchDependencies, batch: BatchRow): Promise<StoredObject> {
  const work = batch.work_id === null ? undefined : await objects.find(batch.project_id, batch.work_id);
  if (!work) throw new BatchInputGoneError('the input of a batch is gone');
  return work;
}

async function noteFinalizing({ database }: BatchDependencies, batchId: string): Promise<void> {
  await database.query({
    name: 'batch-finalizing',
    text: `UPDATE jobs.batches SET finalizing_at = now(), version = version + CASE WHEN status = 'in_progress' THEN 1 ELSE 0 END,
             status = CASE WHEN status = 'in_progress' THEN 'finalizing' ELSE status END
           WHERE id = $1 AND ended_at IS NULL AND finalizing_at IS NULL`,
    values: [batchId],
  });
}
