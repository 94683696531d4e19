import type {
  NewSchedule,
  Schedule,
  ScheduleChange,
  ScheduleClock,
  ScheduleRun,
  Schedules,
  ScheduleTimes,
} from '../../workflows/contracts/schedules.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database, Queryable } from '../storage/database.js';
import type { MasterKeys } from '../storage/envelope.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import { storableJson } from '../storage/storable-json.js';
import { openPost, type PostRow, sealPost } from './schedule-posts.js';
import { RUN_COLUMNS, type RunRow, SCHEDULE_COLUMNS, type ScheduleRow, toRun, toSchedule } from './schedule-rows.js';

export interface SchedulesDependencies {
  readonly database: Database;
  readonly clock: ScheduleClock;
  readonly masterKeys: MasterKeys;
  /** Schedules that a project may have. */
  readonly perProject: number;
}

/**
 * Schedules in Postgres, and their times at Temporal. Temporal is told within the transaction that changes the row: where it
 * does not take the change, there is none. What it knows too much after a crash is put right when it next starts a run.
 */
export function createSchedules(deps: SchedulesDependencies): Schedules {
  const { database, clock } = deps;
  return {
    create: (schedule) =>
      database.transaction(async (transaction) => {
        await checkRoom(transaction, schedule.as.projectId, deps.perProject);
        const made = toSchedule(await insert(transaction, deps.masterKeys, schedule));
        await clock.keep(made);
        return made;
      }),
    find: async (projectId, id) => {
      const row = await findRow(database, projectId, id);
      return row && toSchedule(row);
    },
    list: (projectId, query) => {
      const rows = {
        text: `SELECT ${SCHEDULE_COLUMNS} FROM jobs.schedules WHERE project_id = $1`,
        values: [projectId],
      };
      return readPage(database, { rows, cursors: rows, toItem: toSchedule }, query);
    },
    post: async (projectId, id) => {
      const [row] = await database.query<PostRow & Record<string, unknown>>({
        name: 'schedule-post',
        text: 'SELECT id, project_id, post, wrapped_key, master_key_id FROM jobs.schedules WHERE project_id = $1 AND id = $2',
        values: [projectId, id],
      });
      return row && openPost(deps.masterKeys, row);
    },
    modify: (projectId, id, change) =>
      database.transaction(async (transaction) => {
        const row = await findRow(transaction, projectId, id, 'FOR UPDATE');
        if (!row) throw refuse('schedule_not_found', '');
        const changed = toSchedule(await update(transaction, row, change));
        await clock.keep(changed);
        return changed;
      }),
    remove: async (projectId, id) => {
      const gone = await database.query({
        text: 'DELETE FROM jobs.schedules WHERE project_id = $1 AND id = $2 RETURNING id',
        values: [projectId, id],
      });
      // Without its row it runs nothing, and the next time that it would have run takes it away at Temporal too.
      if (gone.length > 0) await clock.remove(id).catch(() => undefined);
      return gone.length > 0;
    },
    trigger: (projectId, id) => trigger(deps, projectId, id),
    runs: (scheduleId, query) => {
      const text = `SELECT ${RUN_COLUMNS} FROM jobs.schedule_runs WHERE schedule_id = $1`;
      const rows = { text, values: [scheduleId] };
      return readPage(database, { rows, cursors: rows, toItem: toRun }, query);
    },
    nextRuns: (id) => clock.nextRuns(id),
  };
}

/** One at a time in a project, so that two that come together do not both find the last place. */
async function checkRoom(transaction: Queryable, projectId: string, most: number): Promise<void> {
  await transaction.query({
    text: `SELECT pg_advisory_xact_lock(hashtextextended('schedules of ' || $1, 0))`,
    values: [projectId],
  });
  const [row] = await transaction.query<{ count: bigint }>({
    text: 'SELECT count(*) AS count FROM jobs.schedules WHERE project_id = $1',
    values: [projectId],
  });
  if (Number(row?.count ?? 0) < most) return;
  throw refuse(
    'too_many_schedules',
    `This project has ${most} schedules, which is as many as one may have. Delete one.`,
  );
}

async function insert(transaction: Queryable, masterKeys: MasterKeys, schedule: NewSchedule): Promise<ScheduleRow> {
  const { as, post, paused, overlap, remaining, metadata } = schedule;
  const id = newId('sched');
  const envelope = sealPost(masterKeys, { id, project_id: as.projectId }, post);
  const [row] = await transaction.query<ScheduleRow>({
    text: `INSERT INTO jobs.schedules (id, organization_id, project_id, key_id, path, post, wrapped_key, master_key_id,
             times, overlap, remaining, metadata, paused_because)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING ${SCHEDULE_COLUMNS}`,
    values: [
      ...[id, as.organizationId, as.projectId, as.keyId, post.path],
      ...[envelope.secret, envelope.wrappedKey, envelope.masterKeyId],
      ...[storableJson(timesOf(schedule)), overlap, remaining ?? null, storableJson(metadata), paused ? 'asked' : null],
    ],
  });
  if (!row) throw new Error('a schedule that was inserted is not there');
  return row;
}

async function update(transaction: Queryable, before: ScheduleRow, change: ScheduleChange): Promise<ScheduleRow> {
  const { paused, remaining, metadata, overlap } = change;
  const pausedBecause =
    paused === undefined ? before.paused_because : paused ? (before.paused_because ?? 'asked') : null;
  const [row] = await transaction.query<ScheduleRow>({
    text: `UPDATE jobs.schedules SET times = $2, overlap = $3, remaining = $4, metadata = $5, paused_because = $6,
             refusals_in_row = CASE WHEN $7 THEN 0 ELSE refusals_in_row END, version = version + 1, updated_at = now()
           WHERE id = $1 RETURNING ${SCHEDULE_COLUMNS}`,
    values: [
      ...[before.id, storableJson(timesOf(withChange(before.times, change))), overlap ?? before.overlap],
      ...[remaining === undefined ? before.remaining : remaining, storableJson(metadata ?? before.metadata)],
      // Who has it go on has mended what was refused, or wants to know whether it is.
      ...[pausedBecause, paused === false],
    ],
  });
  if (!row) throw new Error('a schedule that is locked is not there');
  return row;
}

/** `cron` takes the place of `everyMs`, and the other way round. */
function withChange(times: ScheduleTimes, change: ScheduleChange): ScheduleTimes {
  const { cron, everyMs, startAt, endAt } = change;
  const rhythm = cron !== undefined ? { cron } : everyMs !== undefined ? { everyMs } : rhythmOf(times);
  const bounds = {
    startAt: startAt === undefined ? times.startAt : (startAt ?? undefined),
    endAt: endAt === undefined ? times.endAt : (endAt ?? undefined),
  };
  return {
    ...rhythm,
    timezone: change.timezone ?? times.timezone,
    ...(bounds.startAt !== undefined && { startAt: bounds.startAt }),
    ...(bounds.endAt !== undefined && { endAt: bounds.endAt }),
    jitterMs: change.jitterMs ?? times.jitterMs,
    catchUpMs: change.catchUpMs ?? times.catchUpMs,
  };
}

function rhythmOf({ cron, everyMs }: ScheduleTimes): Pick<ScheduleTimes, 'cron' | 'everyMs'> {
  return { ...(cron !== undefined && { cron }), ...(everyMs !== undefined && { everyMs }) };
}

/** What of a schedule says when. */
function timesOf(times: ScheduleTimes): ScheduleTimes {
  const { timezone, startAt, endAt, jitterMs, catchUpMs } = times;
  const bounds = { ...(startAt !== undefined && { startAt }), ...(endAt !== undefined && { endAt }) };
  return { ...rhythmOf(times), timezone, ...bounds, jitterMs, catchUpMs };
}

/** Its row first, so that its caller finds it; without the workflow, no row. */
function trigger({ database, clock }: SchedulesDependencies, projectId: string, id: string): Promise<ScheduleRun> {
  return database.transaction(async (transaction) => {
    const row = await findRow(transaction, projectId, id);
    if (!row) throw refuse('schedule_not_found', '');
    const { organizationId, version } = toSchedule(row);
    const runId = newId('run');
    const name = `schedule:${id}:${runId}`;
    await transaction.query({
      text: `SELECT status FROM jobs.open_run($1, $2, $3, 'trigger', now())`,
      values: [id, runId, name],
    });
    const [run] = await transaction.query<RunRow>({
      text: `SELECT ${RUN_COLUMNS} FROM jobs.schedule_runs WHERE id = $1`,
      values: [runId],
    });
    if (!run) throw refuse('schedule_not_found', '');
    const input = { scheduleId: id, organizationId, version, cause: 'trigger', name } as const;
    if (run.status !== 'skipped') await clock.start(input);
    return toRun(run);
  });
}

async function findRow(
  database: Queryable,
  projectId: string,
  id: string,
  lock: 'FOR UPDATE' | '' = '',
): Promise<ScheduleRow | undefined> {
  const [row] = await database.query<ScheduleRow>({
    text: `SELECT ${SCHEDULE_COLUMNS} FROM jobs.schedules WHERE project_id = $1 AND id = $2 ${lock}`,
    values: [projectId, id],
  });
  return row;
}

/** By its id alone, for the steps of runs. */
export async function findSchedule(
  database: Queryable,
  id: string,
): Promise<(Schedule & { readonly row: PostRow }) | undefined> {
  const [row] = await database.query<ScheduleRow & PostRow>({
    name: 'schedule-of-run',
    text: `SELECT ${SCHEDULE_COLUMNS}, post, wrapped_key, master_key_id FROM jobs.schedules WHERE id = $1`,
    values: [id],
  });
  return row && { ...toSchedule(row), row };
}
