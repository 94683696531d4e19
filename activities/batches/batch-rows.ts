import type { Batch, BatchProblem } from '../../workflows/contracts/batches.js';
import type { UnitCounts } from '../../workflows/contracts/usage.js';
import { formatNano } from '../../workflows/domain/money.js';
import type { Queryable } from '../storage/database.js';

export interface BatchRow {
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly key_id: string;
  readonly dialect: Batch['dialect'];
  readonly endpoint: string;
  readonly completion_window: string;
  readonly headers: Batch['headers'];
  readonly metadata: Batch['metadata'];
  readonly input_id: string;
  readonly work_id: string | null;
  readonly output_id: string | null;
  readonly error_id: string | null;
  readonly output_seconds: bigint;
  readonly native: boolean;
  readonly epoch: string;
  readonly wrapped_key: Buffer;
  readonly status: Batch['status'];
  readonly version: bigint;
  readonly problems: readonly BatchProblem[];
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
  readonly expired: number;
  readonly charged: bigint | null;
  readonly usage: UnitCounts | null;
  readonly created_at: Date;
  readonly in_progress_at: Date | null;
  readonly finalizing_at: Date | null;
  readonly cancelling_at: Date | null;
  readonly ended_at: Date | null;
  readonly expires_at: Date;
  readonly [column: string]: unknown;
}

export const BATCH_COLUMNS = `id, organization_id, project_id, key_id, dialect, endpoint, completion_window, headers, metadata,
  input_id, work_id, output_id, error_id, output_seconds, native, epoch, wrapped_key, status, version, problems, total, succeeded, failed,
  canceled, expired, charged, usage, created_at, in_progress_at, finalizing_at, cancelling_at, ended_at, expires_at`;

export function toBatch(row: BatchRow): Batch {
  const { total, succeeded, failed, canceled, expired } = row;
  return {
    id: row.id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    keyId: row.key_id,
    dialect: row.dialect,
    endpoint: row.endpoint,
    completionWindow: row.completion_window,
    headers: row.headers,
    metadata: row.metadata,
    inputId: row.input_id,
    outputSeconds: Number(row.output_seconds),
    native: row.native,
    status: row.status,
    version: Number(row.version),
    problems: row.problems,
    counts: { total, succeeded, failed, canceled, expired },
    ...(row.output_id !== null && { outputId: row.output_id }),
    ...(row.error_id !== null && { errorId: row.error_id }),
    ...(row.charged !== null && { chargedNanoUsd: formatNano(row.charged) }),
    ...(row.usage !== null && { usage: row.usage }),
    createdAt: row.created_at.toISOString(),
    ...(row.in_progress_at && { inProgressAt: row.in_progress_at.toISOString() }),
    ...(row.finalizing_at && { finalizingAt: row.finalizing_at.toISOString() }),
    ...(row.cancelling_at && { cancellingAt: row.cancelling_at.toISOString() }),
    ...(row.ended_at && { endedAt: row.ended_at.toISOString() }),
    expiresAt: row.expires_at.toISOString(),
  };
}

/** The row as its workflow needs it, and a note that somebody looks after it. */
export async function lookAt(database: Queryable, batchId: string): Promise<BatchRow | undefined> {
  const [row] = await database.query<BatchRow>({
    name: 'batch-look',
    text: `UPDATE jobs.batches SET looked_at = now() WHERE id = $1 RETURNING ${BATCH_COLUMNS}`,
    values: [batchId],
  });
  return row;
}
