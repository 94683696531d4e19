import type {
  OpenRunInput,
  RunScheduleStep,
  Schedule,
  ScheduleClock,
  ScheduleRun,
  ScheduleRunStatus,
} from '../../workflows/contracts/schedules.js';
import type { SubmissionAnswer, Submissions } from '../../workflows/contracts/submissions.js';
import { submitAgainAfterMs } from '../../workflows/domain/submission-retry.js';
import type { Database } from '../storage/database.js';
import type { MasterKeys } from '../storage/envelope.js';
import { newId } from '../storage/new-id.js';
import { storableJson } from '../storage/storable-json.js';
import { openPost, type PostRow } from './schedule-posts.js';
import { findSchedule } from './schedules.js';

/** Refusals in a row after which a schedule is paused: it would be refused for ever, and nobody might look. */
const REFUSALS_BORNE_WITH = 5;

export interface RunScheduleDependencies {
  readonly database: Database;
  readonly submissions: Submissions;
  readonly clock: Pick<ScheduleClock, 'keep' | 'remove'>;
  readonly masterKeys: MasterKeys;
  /** Asks for the end of a job. */
  readonly cancelJob: (jobId: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

interface OpenedRun {
  readonly status: 'submit' | 'gone' | 'paused' | 'ended' | Exclude<ScheduleRunStatus, 'pending'>;
  readonly run_id: string | null;
  readonly job_id: string | null;
  readonly cancel: readonly string[] | null;
  readonly [column: string]: unknown;
}

/**
 * One time of a schedule: decides whether there is a run, and makes its POST under a key made of schedule and time. Each step
 * may be done again: the row says what was decided, and the key gives the job that there is.
 */
export function createRunSchedule(deps: RunScheduleDependencies): (input: OpenRunInput) => Promise<RunScheduleStep> {
  return async (input) => {
    const opened = await open(deps, input);
    const schedule = await findSchedule(deps.database, input.scheduleId);
    if (opened.status === 'gone' || !schedule) {
      await deps.clock.remove(input.scheduleId).catch(deps.onError);
      return { status: 'gone' };
    }
    const step = await stepOf(deps, input, opened, schedule);
    await tellClock(deps, input, schedule.id);
    return step;
  };
}

async function open({ database }: RunScheduleDependencies, input: OpenRunInput): Promise<OpenedRun> {
  const { scheduleId, name, cause, dueAt } = input;
  const [row] = await database.query<OpenedRun>({
    name: 'schedule-open-run',
    text: 'SELECT status, run_id, job_id, cancel FROM jobs.open_run($1, $2, $3, $4, $5)',
    values: [scheduleId, newId('run'), name, cause, dueAt],
  });
  return row ?? { status: 'gone', run_id: null, job_id: null, cancel: null };
}

async function stepOf(
  deps: RunScheduleDependencies,
  input: OpenRunInput,
  { status, run_id: runId, job_id: jobId, cancel }: OpenedRun,
  schedule: Schedule & { readonly row: PostRow },
): Promise<RunScheduleStep> {
  if (status === 'submitted') return { status, jobId: jobId ?? '' };
  if (status !== 'submit' || runId === null) return { status: status === 'submit' ? 'gone' : status };
  // Others are over as soon as they can be; this one does not wait for it.
  for (const other of cancel ?? []) await deps.cancelJob(other);
  const answer = await submit(deps, input, schedule);
  const made = answer.status === 202 ? stringOf(parse(answer.body)['id']) : undefined;
  if (made !== undefined) {
    await deps.database.query({ text: 'SELECT jobs.submit_run($1, $2)', values: [runId, made] });
    return { status: 'submitted', jobId: made };
  }
  const afterMs = submitAgainAfterMs(answer);
  if (afterMs !== undefined && !input.isLast) return { status: 'busy', afterMs };
  await deps.database.query({
    text: 'SELECT jobs.refuse_run($1, $2, $3)',
    values: [runId, storableJson(refusalOf(answer)), REFUSALS_BORNE_WITH],
  });
  return { status: 'refused' };
}

async function submit(
  { submissions, masterKeys, onError }: RunScheduleDependencies,
  { name }: OpenRunInput,
  { keyId, organizationId, projectId, path, row }: Schedule & { readonly row: PostRow },
): Promise<SubmissionAnswer> {
  try {
    const { headers, body } = openPost(masterKeys, row);
    const post = { path, headers: { ...headers, prefer: 'respond-async', 'idempotency-key': name }, body };
    return await submissions.submit({ keyId, organizationId, projectId }, post);
  } catch (error) {
    onError(error);
    // As where this process is about to stop: the next try may be another's.
    return { status: 503, headers: { 'x-should-retry': 'true' }, body: '' };
  }
}

/** What Temporal has not heard of yet: that no run is left, that it is paused, or a change that it missed by a crash. */
async function tellClock({ database, clock, onError }: RunScheduleDependencies, input: OpenRunInput, id: string) {
  const schedule = await findSchedule(database, id);
  if (!schedule || schedule.version === input.version) return;
  await clock.keep(schedule).catch(onError);
}

/** Without its message, which may quote what was posted. */
function refusalOf({ status, body }: SubmissionAnswer): NonNullable<ScheduleRun['refusal']> {
  const { error } = parse(body);
  const { code, type, param } = typeof error === 'object' && error !== null ? (error as Parsed) : {};
  const field = stringOf(param);
  return { status, code: stringOf(code) ?? stringOf(type) ?? 'unknown', ...(field !== undefined && { param: field }) };
}

interface Parsed {
  readonly [field: string]: unknown;
}

function parse(body: string): Parsed {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Parsed) : {};
  } catch {
    return {};
  }
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
