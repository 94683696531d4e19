import { Client, Connection } from '@temporalio/client';
import { audit } from '../../activities/ledger/audit.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import type { Stack } from '../../infra/local/stack.js';
import { until } from '../chaos/until.js';
import type { VideoVendor } from '../fake-vendor/video-vendor.js';
import { sampleMemory } from './memory-samples.js';
import { quantile } from './statistics.js';

/** 0.07 USD a second at 720p, of four seconds. */
const priceNanoUsd = 280_000_000n;
const submittedAtOnce = 16;
const describedAtOnce = 32;

/** What came of so many videos at once; every count must be that of the jobs, or something was lost or made twice. */
export interface VideoJobsReport {
  readonly jobs: number;
  readonly succeeded: number;
  readonly submissions: number;
  readonly objects: number;
  readonly ends: number;
  readonly chargedNanoUsd: bigint;
  readonly dueNanoUsd: bigint;
  readonly findings: number;
  readonly submitSeconds: number;
  readonly totalSeconds: number;
  /** From the end at the vendor to the end of the job, its output stored and settled. */
  readonly noticedSeconds: { readonly p50: number; readonly p95: number; readonly most: number };
  readonly checks: number;
  readonly historyEvents: number;
  readonly stateTransitions: number;
  readonly memory: readonly {
    readonly second: number;
    readonly gateway: number;
    readonly temporal: number;
    readonly postgres: number;
  }[];
}

export async function runVideoJobs(stack: Stack, vendor: VideoVendor, jobs: number): Promise<VideoJobsReport> {
  const database = createDatabase({ url: stack.databaseUrl, connections: 2, onError: () => undefined });
  const memory = sampleMemory(stack, 5_000);
  const startedAt = performance.now();
  const since = (): number => (performance.now() - startedAt) / 1_000;
  try {
    const ids = await submitAll(stack, jobs);
    const submitSeconds = since();
    await haveEnded(database, jobs);
    const totalSeconds = since();
    memory.end();
    return {
      ...{ jobs, submitSeconds, totalSeconds, submissions: vendor.jobs.length, checks: vendor.checks },
      ...(await readBooks(database)),
      dueNanoUsd: priceNanoUsd * BigInt(jobs),
      noticedSeconds: await readNoticed(database, vendor, ids),
      ...(await readHistories(stack, [...ids.values()])),
      memory: memory.samples.map(({ atMs, mib }) => ({ second: Math.round(atMs / 1_000), ...mib })),
    };
  } finally {
    memory.end();
    await database.close();
  }
}

/** By the prompt, which the vendor's list has too. */
async function submitAll({ baseUrl, apiKey }: Stack, jobs: number): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  let next = 0;
  const submit = async (): Promise<void> => {
    while (next < jobs) {
      const prompt = `video ${next++}`;
      const response = await fetch(`${baseUrl}/v1/videos`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'xai/grok-imagine-video', prompt, seconds: 4, resolution: '720p' }),
      });
      if (!response.ok) throw new Error(`A video was refused: ${response.status} ${await response.text()}`);
      ids.set(prompt, ((await response.json()) as { readonly id: string }).id);
    }
  };
  await Promise.all(Array.from({ length: submittedAtOnce }, submit));
  return ids;
}

function haveEnded(database: Database, jobs: number): Promise<void> {
  return until(
    'every job to end',
    async () => {
      const text = 'SELECT count(*)::int AS ended FROM jobs.jobs WHERE completed_at IS NOT NULL';
      const [row] = await database.query<{ ended: number }>({ text });
      return row?.ended === jobs ? true : { pending: `${row?.ended ?? 0} of ${jobs}` };
    },
    3_600_000,
  );
}

async function readBooks(
  database: Database,
): Promise<Pick<VideoJobsReport, 'succeeded' | 'objects' | 'ends' | 'chargedNanoUsd' | 'findings'>> {
  const [row] = await database.query<{ succeeded: number; objects: number; ends: number; charged: bigint }>({
    text: `SELECT (SELECT count(*)::int FROM jobs.jobs WHERE status = 'succeeded') AS succeeded,
                  (SELECT count(*)::int FROM objects.objects WHERE state = 'ready') AS objects,
                  (SELECT count(*)::int FROM jobs.events WHERE type ~ '(succeeded|failed|canceled|expired)$') AS ends,
                  (SELECT coalesce(sum(posted), 0)::bigint FROM ledger.resolutions) AS charged`,
  });
  const { succeeded = 0, objects = 0, ends = 0, charged = 0n } = row ?? {};
  return { succeeded, objects, ends, chargedNanoUsd: charged, findings: (await audit(database)).length };
}

async function readNoticed(
  database: Database,
  vendor: VideoVendor,
  ids: ReadonlyMap<string, string>,
): Promise<VideoJobsReport['noticedSeconds']> {
  const rows = await database.query<{ request_id: string; completed_at: Date }>({
    text: 'SELECT request_id, completed_at FROM jobs.jobs',
  });
  const completed = new Map(rows.map(({ request_id, completed_at }) => [request_id, completed_at.getTime()]));
  const late = vendor.jobs.map(({ prompt, doneAtMs }) => {
    const at = completed.get(ids.get(prompt) ?? '') ?? NaN;
    return (at - doneAtMs) / 1_000;
  });
  return { p50: quantile(late, 0.5), p95: quantile(late, 0.95), most: Math.max(...late) };
}

async function readHistories(
  { temporalAddress }: Stack,
  ids: readonly string[],
): Promise<Pick<VideoJobsReport, 'historyEvents' | 'stateTransitions'>> {
  const connection = await Connection.connect({ address: temporalAddress });
  const { workflow } = new Client({ connection });
  let historyEvents = 0;
  let stateTransitions = 0;
  let next = 0;
  const describe = async (): Promise<void> => {
    while (next < ids.length) {
      const { historyLength, raw } = await workflow.getHandle(ids[next++] ?? '').describe();
      historyEvents += historyLength;
      stateTransitions += Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0);
    }
  };
  try {
    await Promise.all(Array.from({ length: describedAtOnce }, describe));
  } finally {
    await connection.close();
  }
  return { historyEvents, stateTransitions };
}
