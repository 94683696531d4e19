import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { Schedule, ScheduleRun, Schedules } from '../../../workflows/contracts/schedules.js';
import type { SubmittedPost } from '../../../workflows/contracts/submissions.js';
import { durationText } from '../../../workflows/domain/duration.js';
import { toSeconds, whenOf } from '../../seconds.js';

/** What is to be shown of a schedule's next times: only one that is active has any. */
export async function nextRunsOf(
  schedules: Pick<Schedules, 'nextRuns'>,
  { id, status }: Schedule,
): Promise<readonly string[]> {
  return status === 'active' ? schedules.nextRuns(id) : [];
}

/** How a schedule stands, without what it posts. Times are seconds since 1970. */
export function renderSchedule(schedule: Schedule, nextRuns: readonly string[]): JsonObject & { readonly id: string } {
  const { cron, everyMs, startAt, endAt } = schedule;
  const [next] = nextRuns;
  return {
    id: schedule.id,
    object: 'schedule',
    status: schedule.status,
    paused_because: schedule.pausedBecause ?? null,
    path: schedule.path,
    cron: cron ?? null,
    every: everyMs === undefined ? null : durationText(everyMs),
    timezone: schedule.timezone,
    start_at: whenOf(startAt),
    end_at: whenOf(endAt),
    jitter: durationText(schedule.jitterMs),
    catch_up: durationText(schedule.catchUpMs),
    overlap: schedule.overlap,
    remaining: schedule.remaining ?? null,
    refusals_in_row: schedule.refusalsInRow,
    next_run_at: whenOf(next),
    api_key_id: schedule.keyId,
    metadata: schedule.metadata,
    created_at: toSeconds(schedule.createdAt),
    updated_at: toSeconds(schedule.updatedAt),
  };
}

/** What is posted, where one schedule alone is asked for; where its end is told may hold a token, and is in no answer. */
export function renderPost({ headers, body }: Pick<SubmittedPost, 'headers' | 'body'>): JsonObject {
  const { 'x-sluice-webhook-url': _, ...shown } = headers;
  return { headers: shown, body: JSON.parse(body) as JsonObject };
}

export function renderRun(run: ScheduleRun): JsonObject & { readonly id: string } {
  const { refusal } = run;
  return {
    id: run.id,
    object: 'schedule.run',
    schedule: run.scheduleId,
    cause: run.cause,
    status: run.status,
    due_at: toSeconds(run.dueAt),
    job: run.jobId ?? null,
    error: refusal ? { status: refusal.status, code: refusal.code, param: refusal.param ?? null } : null,
    created_at: toSeconds(run.createdAt),
  };
}
