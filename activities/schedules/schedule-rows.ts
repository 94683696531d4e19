import type {
  Schedule,
  ScheduleOverlap,
  ScheduleRun,
  ScheduleRunStatus,
  ScheduleStatus,
  ScheduleTimes,
} from '../../workflows/contracts/schedules.js';

export interface ScheduleRow {
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly key_id: string;
  readonly path: string;
  readonly times: ScheduleTimes;
  readonly overlap: ScheduleOverlap;
  readonly remaining: number | null;
  readonly metadata: Schedule['metadata'];
  readonly paused_because: Schedule['pausedBecause'] | null;
  readonly refusals_in_row: number;
  readonly version: bigint;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly [column: string]: unknown;
}

export const SCHEDULE_COLUMNS = `id, organization_id, project_id, key_id, path, times, overlap, remaining, metadata,
  paused_because, refusals_in_row, version, created_at, updated_at`;

export function toSchedule(row: ScheduleRow): Schedule {
  const { paused_because: pausedBecause, remaining } = row;
  return {
    id: row.id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    keyId: row.key_id,
    status: statusOf(row),
    ...(pausedBecause != null && { pausedBecause }),
    refusalsInRow: row.refusals_in_row,
    path: row.path,
    ...row.times,
    overlap: row.overlap,
    ...(remaining !== null && { remaining }),
    metadata: row.metadata,
    version: Number(row.version),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function statusOf({ paused_because: pausedBecause, remaining, times }: ScheduleRow): ScheduleStatus {
  if (remaining === 0 || (times.endAt !== undefined && Date.parse(times.endAt) < Date.now())) return 'ended';
  return pausedBecause === null ? 'active' : 'paused';
}

export interface RunRow {
  readonly id: string;
  readonly schedule_id: string;
  readonly cause: ScheduleRun['cause'];
  readonly status: ScheduleRunStatus;
  readonly due_at: Date;
  readonly job_id: string | null;
  readonly refusal: NonNullable<ScheduleRun['refusal']> | null;
  readonly created_at: Date;
  readonly [column: string]: unknown;
}

export const RUN_COLUMNS = 'id, schedule_id, cause, status, due_at, job_id, refusal, created_at';

export function toRun(row: RunRow): ScheduleRun {
  return {
    id: row.id,
    scheduleId: row.schedule_id,
    cause: row.cause,
    status: row.status,
    dueAt: row.due_at.toISOString(),
    ...(row.job_id !== null && { jobId: row.job_id }),
    ...(row.refusal && { refusal: row.refusal }),
    createdAt: row.created_at.toISOString(),
  };
}
