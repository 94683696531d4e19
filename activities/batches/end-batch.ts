import type { BatchProblem } from '../../workflows/contracts/batches.js';
import type { BatchRow } from './batch-rows.js';
import type { BatchDependencies } from './dependencies.js';

export interface BatchEnd {
  readonly status: 'failed' | 'completed' | 'expired' | 'cancelled';
  readonly outputId?: string | undefined;
  readonly errorId?: string | undefined;
  readonly problems?: readonly BatchProblem[];
}

/** Ends a batch, once, and destroys what it was run from. What it has cost is summed up there. */
export async function endBatch(deps: BatchDependencies, batch: BatchRow, end: BatchEnd): Promise<void> {
  await deps.database.query({
    name: 'batch-finish',
    text: 'SELECT jobs.finish_batch($1, $2, $3, $4, $5)',
    values: [batch.id, end.status, end.outputId ?? null, end.errorId ?? null, JSON.stringify(end.problems ?? [])],
  });
  await destroyInput(deps, batch);
}

/** The batch's own copy, or what came in a request's body; a caller's file stays. A no-op where it is gone. */
export async function destroyInput({ objects }: BatchDependencies, batch: BatchRow): Promise<void> {
  const own = batch.work_id ?? (batch.dialect === 'anthropic' ? batch.input_id : undefined);
  if (own !== undefined) await objects.destroy(batch.project_id, own);
}
