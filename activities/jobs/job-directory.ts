import { setTimeout as sleep } from 'node:timers/promises';
import type { JobEvent, JobQuery, Jobs } from '../../workflows/contracts/jobs.js';
import type { StopSignal } from '../../workflows/contracts/ports.js';
import type { Database, Query, Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';
import { readPage } from '../storage/page.js';
import { storableJson } from '../storage/storable-json.js';
import { FROM_JOBS, JOB_COLUMNS, type JobRow, toJobRecord } from './job-rows.js';

/** Told with a job's id when something has happened to it. */
export const jobChannelName = 'sluice_job';

/** How long a follower waits for a notification before it looks by itself, in case one was lost. */
const lookEveryMs = 2_000;

const isEnd = (type: JobEvent['type']): boolean => /^job[.](succeeded|failed|canceled|expired)$/.test(type);

/** Where no rule says otherwise: the middle, so that nobody goes before others unasked. */
const usualBestPriority = 3;

export function createJobs(deps: { readonly database: Database; readonly notifications: Notifications }): Jobs {
  const { database } = deps;
  const wakers = new Map<string, Set<() => void>>();
  deps.notifications.on(jobChannelName, (jobId) => {
    const woken = jobId === undefined ? [...wakers.values()].flatMap((set) => [...set]) : (wakers.get(jobId) ?? []);
    for (const wake of [...woken]) wake();
  });

  return {
    find: async (projectId, jobId) => {
      const [row] = await database.query<JobRow>({
        name: 'job-find',
        text: `SELECT ${JOB_COLUMNS} ${FROM_JOBS} WHERE j.project_id = $1 AND j.request_id = $2`,
        values: [projectId, jobId],
      });
      return row && toJobRecord(row);
    },
    list: (projectId, query) => {
      const cursors = { text: `SELECT j.request_id AS id, j.created_at FROM jobs.jobs j WHERE j.project_id = $1` };
      const list = {
        rows: rowsOf(projectId, query),
        cursors: { ...cursors, values: [projectId] },
        toItem: toJobRecord,
      };
      return readPage(database, list, query);
    },
    follow: (jobId, after, signal) => follow(database, wakers, jobId, after, signal),
    bestPriority: async (organizationId, projectId) => {
      const [row] = await database.query<{ best: number | null }>({
        name: 'job-best-priority',
        text: `SELECT best_priority AS best FROM jobs.rules WHERE scope IN ($1, $2) AND best_priority IS NOT NULL
               ORDER BY scope = $2 DESC LIMIT 1`,
        values: [`organization:${organizationId}`, `project:${projectId}`],
      });
      return row?.best ?? usualBestPriority;
    },
  };
}

function rowsOf(projectId: string, query: JobQuery): Query {
  const { status, kind, model, createdAfter, createdBefore, metadata, batchId } = query;
  return {
    text: `SELECT ${JOB_COLUMNS} ${FROM_JOBS} WHERE j.project_id = $1
             AND ($2::text IS NULL OR j.status = $2) AND ($3::text IS NULL OR r.kind = $3)
             AND ($4::text IS NULL OR $4 = ANY (r.models))
             AND ($5::timestamptz IS NULL OR j.created_at >= $5) AND ($6::timestamptz IS NULL OR j.created_at < $6)
             AND j.metadata @> $7 AND ${batchId === undefined ? 'j.batch_id IS NULL' : 'j.batch_id = $8'}`,
    values: [
      ...[projectId, status ?? null, kind ?? null, model ?? null, createdAfter ?? null, createdBefore ?? null],
      ...[storableJson(metadata ?? {}), ...(batchId === undefined ? [] : [batchId])],
    ],
  };
}

interface EventRow {
  readonly number: bigint;
  readonly type: JobEvent['type'];
  readonly data: JobEvent['data'];
  readonly created_at: Date;
  readonly [column: string]: unknown;
}

async function readEvents(database: Queryable, jobId: string, after: number): Promise<readonly JobEvent[]> {
  const rows = await database.query<EventRow>({
    name: 'job-events',
    text: `SELECT number, type, data, created_at FROM jobs.events WHERE request_id = $1 AND number > $2 ORDER BY number LIMIT 100`,
    values: [jobId, after],
  });
  return rows.map(({ number, type, data, created_at: at }) => ({
    ...{ number: Number(number), type, data },
    at: at.toISOString(),
  }));
}

async function* follow(
  database: Queryable,
  wakers: Map<string, Set<() => void>>,
  jobId: string,
  after: number,
  signal: StopSignal,
): AsyncGenerator<JobEvent> {
  let waiting = new AbortController();
  const wake = (): void => waiting.abort();
  const set = wakers.get(jobId) ?? new Set();
  wakers.set(jobId, set.add(wake));
  signal.addEventListener('abort', wake, { once: true });
  try {
    for (let last = after; !signal.aborted;) {
      // From before the look on, so that what is written between it and the wait is not slept over.
      waiting = new AbortController();
      const events = await readEvents(database, jobId, last);
      for (const event of events) {
        yield event;
        last = event.number;
        if (isEnd(event.type)) return;
      }
      if (events.length > 0 || signal.aborted) continue;
      if (last > 0 && (await hasEnded(database, jobId, last))) return;
      await sleep(lookEveryMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    }
  } finally {
    signal.removeEventListener('abort', wake);
    set.delete(wake);
    if (set.size === 0 && wakers.get(jobId) === set) wakers.delete(jobId);
  }
}

/** Whoever resumes behind the last event waits for nothing. */
async function hasEnded(database: Queryable, jobId: string, after: number): Promise<boolean> {
  const [row] = await database.query<{ over: boolean }>({
    name: 'job-is-over',
    text: 'SELECT completed_at IS NOT NULL AND version <= $2 AS over FROM jobs.jobs WHERE request_id = $1',
    values: [jobId, after],
  });
  return row?.over ?? true;
}
