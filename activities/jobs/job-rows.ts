import type { JobRecord, JobStatus, JobStep } from '../../workflows/contracts/jobs.js';
import type { AttemptOutcome } from '../../workflows/contracts/requests.js';
import { formatNano } from '../../workflows/domain/money.js';

/** A job with its request and the attempt that it is about, as one row. */
export interface JobRow {
  readonly id: string;
  readonly project_id: string;
  readonly status: JobStatus;
  readonly version: bigint;
  readonly priority: number;
  readonly deadline_at: Date;
  readonly metadata: { readonly [name: string]: string };
  readonly batch_id: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly completed_at: Date | null;
  readonly kind: string;
  readonly models: readonly string[];
  readonly stream: boolean;
  readonly state: 'accepted' | 'reserved' | 'settled' | 'released' | 'refused';
  readonly held: bigint | null;
  readonly charged: bigint | null;
  readonly failure_class: string | null;
  readonly refusal_code: string | null;
  readonly cancel_requested_at: Date | null;
  readonly answer_expires_at: Date | null;
  readonly is_waiting: boolean;
  readonly attempt: AttemptRow | null;
  readonly [column: string]: unknown;
}

interface AttemptRow {
  readonly number: number;
  readonly vendor: string;
  readonly model: string;
  readonly offerId: string;
  readonly outcome: AttemptOutcome | null;
  readonly progress: number | null;
}

/** The job's time of creation decides lists; the request's differs by what its storing took. */
export const JOB_COLUMNS = `
  j.request_id AS id, j.project_id, j.status, j.version, j.priority, j.deadline_at, j.metadata, j.batch_id, j.created_at, j.started_at,
  j.completed_at, r.kind, r.models, r.stream, r.state, r.held, r.charged, r.failure_class, r.refusal->>'code' AS refusal_code,
  r.cancel_requested_at, r.answer_expires_at,
  EXISTS (SELECT FROM jobs.slots s WHERE s.request_id = j.request_id AND s.taken_at IS NULL) AS is_waiting,
  (SELECT jsonb_build_object('number', a.number, 'vendor', a.vendor, 'model', a.model, 'offerId', a.offer_id, 'outcome', a.outcome,
                             'progress', a.vendor_progress)
   FROM requests.attempts a WHERE a.request_id = j.request_id ORDER BY a.number = r.attempt DESC NULLS LAST, a.number DESC LIMIT 1
  ) AS attempt`;

export const FROM_JOBS = 'FROM jobs.jobs j JOIN requests.requests r ON r.id = j.request_id';

export function toJobRecord(row: JobRow): JobRecord {
  const { held, charged, attempt } = row;
  return {
    id: row.id,
    projectId: row.project_id,
    status: row.status,
    step: stepOf(row),
    version: Number(row.version),
    kind: row.kind,
    models: row.models,
    stream: row.stream,
    priority: row.priority,
    metadata: row.metadata,
    ...(row.batch_id !== null && { batchId: row.batch_id }),
    createdAt: row.created_at.toISOString(),
    deadlineAt: row.deadline_at.toISOString(),
    ...(row.started_at && { startedAt: row.started_at.toISOString() }),
    ...(row.completed_at && { completedAt: row.completed_at.toISOString() }),
    ...(row.cancel_requested_at && { cancelRequestedAt: row.cancel_requested_at.toISOString() }),
    ...(row.answer_expires_at && { answerExpiresAt: row.answer_expires_at.toISOString() }),
    ...(held !== null && { heldNanoUsd: formatNano(held) }),
    ...(charged !== null && { chargedNanoUsd: formatNano(charged) }),
    ...(row.failure_class !== null && { failureClass: row.failure_class }),
    ...(row.refusal_code !== null && { refusalCode: row.refusal_code }),
    ...(attempt?.progress != null && { progress: attempt.progress }),
    ...(attempt && { attempt: toAttempt(attempt) }),
  };
}

function toAttempt({ outcome, progress: _, ...asked }: AttemptRow): NonNullable<JobRecord['attempt']> {
  return { ...asked, ...(outcome && { status: outcome.status, usage: outcome.usage }) };
}

function stepOf({ completed_at: completedAt, state, is_waiting: isWaiting, status, attempt }: JobRow): JobStep {
  if (completedAt) return 'ended';
  if (state === 'accepted') return 'accepted';
  if (isWaiting) return 'waiting_for_capacity';
  if (status === 'queued') return 'in_line';
  return attempt?.outcome ? 'between_attempts' : 'calling';
}
