import { auditBooks } from '../books.js';
import { until } from '../until.js';
import { askForVideo, insistOnVideo, lookAtVideo } from './job-caller.js';
import type { JobFacts, JobRoundFacts, JobRoundResult } from './job-facts.js';
import { readBucket, readJobRows, readObjects, readTold } from './job-records.js';
import { gatewayAt, type JobStageName, type JobVictim } from './job-stage-names.js';
import { jobStageOf } from './job-stages.js';
import type { JobWorld } from './job-world.js';
import { judgeJobRound } from './judge-jobs.js';

export interface JobKill {
  readonly stage: JobStageName;
  readonly victim: JobVictim;
  /** Alternates what chance would decide. */
  readonly variant: number;
}

/** Far above what anything takes, the sweeper's half minute and a restart of everything included. */
const quietMs = 240_000;
const jobsAtStage = 3;
let rounds = 0;

/** Some jobs brought to a stage, one kill -9, a job more that comes meanwhile, and what must be true once all is quiet again. */
export async function runJobRound(world: JobWorld, { stage: name, victim, variant }: JobKill): Promise<JobRoundResult> {
  rounds += 1;
  const round = `${name}-${victim}-${rounds}`;
  await world.beginRound();
  const stage = jobStageOf(world, name);
  await stage.prepare();
  const tags = Array.from({ length: jobsAtStage }, (_, index) => `${round}-${index}`);
  const early = tags.map((tag) => askForVideo(world.api, tag));
  await stage.reach(jobsAtStage);
  const pid = world.pid(victim);
  const killedAt = performance.now();
  await world.kill(victim);
  // Whoever comes now, and asks again, is served by the gateway that is left, as behind a load balancer.
  const left = victim === 'api' ? world.worker : world.api;
  const lateTag = `${round}-late`;
  const late = insistOnVideo(left, lateTag);
  const dismissed = victim === gatewayAt(name) && variant % 2 === 0;
  await stage.letGo(dismissed);
  await world.waitReady();
  if (world.pid(victim) === pid) throw new Error(`${victim} was not killed.`);

  const asked = await Promise.all(early);
  const ids = new Map<string, readonly string[]>([[lateTag, [await late]]]);
  for (const [index, tag] of tags.entries()) ids.set(tag, [asked[index] ?? [], await insistOnVideo(left, tag)].flat());
  await haveEnded(world, ids.size);
  const recoveryMs = performance.now() - killedAt;
  await isTidy(world);
  const known = { stage: name, victim, dismissed };
  const facts = await gather(world, known, ids, lateTag);
  return { facts, violations: [...judgeJobRound(facts), ...(await auditBooks(world))], recoveryMs };
}

/** All that was accepted has an end, no workflow runs, and each end has been told. */
async function haveEnded(world: JobWorld, jobs: number): Promise<void> {
  await until(
    'every job and workflow to end, and to be told of',
    async () => {
      const rows = await readJobRows(world);
      const open = rows.filter(({ ends }) => ends.length === 0).map(({ id, state }) => `${id} ${state}`);
      const untold = rows.filter(({ id }) => readTold(world, id).length === 0);
      const { count } = await world.temporal.workflow.count(`ExecutionStatus = 'Running'`);
      if (open.length === 0 && untold.length === 0 && count === 0 && rows.length >= jobs) return true;
      return {
        pending: `${rows.length} rows, open: ${open.join(', ')}; ${untold.length} not told; ${count} workflows run`,
      };
    },
    quietMs,
  );
}

/** The sweeper has dealt with what dead writers have left; their leases end now instead of a minute later. */
async function isTidy({ database }: JobWorld): Promise<void> {
  await database.query(
    `UPDATE objects.objects SET lease_until = now() - interval '1 second' WHERE state = 'writing'`,
    [],
  );
  await until('the sweeper to have destroyed what dead writers left', async () => {
    const left = await database.query<{ id: string; state: string }>(
      `SELECT id, state FROM objects.objects WHERE state = 'writing' OR (state = 'destroyed' AND erased_at IS NULL)`,
      [],
    );
    return left.length === 0 ? true : { pending: left.map(({ id, state }) => `${id} ${state}`).join(', ') };
  });
}

async function gather(
  world: JobWorld,
  known: Pick<JobRoundFacts, 'stage' | 'victim' | 'dismissed'>,
  ids: ReadonlyMap<string, readonly string[]>,
  lateTag: string,
): Promise<JobRoundFacts> {
  const rows = await readJobRows(world);
  const jobs: JobFacts[] = [];
  for (const [tag, own] of ids) {
    const [id = ''] = own;
    const row = rows.find((one) => one.id === id);
    const made = world.vendor.jobs.filter(({ prompt }) => prompt === tag);
    jobs.push({
      ...{ tag, ids: own, late: tag === lateTag, submissions: made.length, ...(row && { row }) },
      ...(made[0] && { madeSha256: world.vendor.sha256(made[0].id) }),
      objects: await readObjects(world, id),
      shown: await lookAtVideo(world.api, id),
      told: readTold(world, id),
    });
  }
  return { ...known, jobs, bucket: await readBucket(world), requests: rows.length };
}
