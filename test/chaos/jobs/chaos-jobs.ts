import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { removePostgresData } from '../../../infra/local/postgres-data.js';
import { createSeeded } from '../../fake-vendor/seeded.js';
import { findS3Server } from '../../support/s3-server.js';
import {
  countJobRound,
  type JobTally,
  newJobTally,
  renderJobTable,
  renderJobViolations,
  withJobTable,
} from './job-report.js';
import { type JobKill, runJobRound } from './job-round.js';
import { jobStageNames, jobVictims } from './job-stage-names.js';
import { type JobWorld, startJobWorld } from './job-world.js';

// `npm run chaos:jobs -- --kills 2 [--minutes 20] [--stage mid-upload] [--victim s3] [--seed 1] [--keep] [--write]`: kill -9 at
// every stage of a video, with three of them there and one that comes meanwhile; no kill begins after so many minutes.
// `--write` puts the table into docs/durability.md. Ends with 1 where anything was made twice, lost, left behind, charged or
// told wrongly.

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '2' },
    minutes: { type: 'string' },
    stage: { type: 'string' },
    victim: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const page = fileURLToPath(new URL('../../../docs/durability.md', import.meta.url));

const jar = await findS3Server();
if (jar === undefined) throw new Error('This needs a real S3 server: install Java and Maven, which fetch one.');
const folder = await mkdtemp(join(tmpdir(), 'sluice-chaos-'));
// As root, Postgres runs under another account, which must be able to pass through.
await chmod(folder, 0o711);
const dataDir = join(folder, 'data');
process.stdout.write(`Seed ${values.seed}; data in ${folder}.\n`);
const world = await startJobWorld({ dataDir, durable: true, jar });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    world.abandon();
    process.exit(1);
  });
}
let failed = true;
try {
  failed = await run(world);
} finally {
  await world.close();
  if (!values.keep && !failed) await removeData();
}
process.exit(failed ? 1 : 0);

async function run(world: JobWorld): Promise<boolean> {
  const kills = plannedKills();
  const until = values.minutes === undefined ? Infinity : Date.now() + 60_000 * Number(values.minutes);
  const tallies = new Map<string, JobTally>();
  let made = 0;
  let broken = 0;
  for (const kill of kills) {
    if (Date.now() > until) break;
    made += 1;
    const key = `${kill.stage}/${kill.victim}`;
    const tally = tallies.get(key) ?? newJobTally(kill.stage, kill.victim);
    tallies.set(key, tally);
    const result = await runJobRound(world, kill);
    countJobRound(tally, result);
    process.stdout.write(`${made}/${kills.length} ${key}: quiet after ${(result.recoveryMs / 1_000).toFixed(1)} s\n`);
    if (result.violations.length === 0) continue;
    broken += 1;
    process.stdout.write(`${renderJobViolations(world, result)}\n`);
  }
  const table = renderJobTable([...tallies.values()]);
  const outcome = broken === 0 ? 'none with a violation' : `${broken} with violations`;
  process.stdout.write(`\n${table}\n\n${made} kills, ${outcome}.\n`);
  if (values.write) {
    const day = new Date().toISOString().slice(0, 10);
    const found = `${day}, seed ${values.seed}: ${made} kills, ${outcome}.\n\n${table}`;
    await writeFile(page, withJobTable(await readFile(page, 'utf8'), found));
  }
  return broken > 0;
}

/**
 * `--kills` is for each process at each stage: so many passes through all of them, each in an order by the seed, because what
 * one kill leaves behind is what the next one meets. What chance would decide alternates between passes and between stages.
 */
function plannedKills(): readonly JobKill[] {
  const stages = choose('stage', values.stage, jobStageNames);
  const victims = choose('victim', values.victim, jobVictims);
  const next = createSeeded(values.seed);
  return Array.from({ length: Number(values.kills) }, (_, pass) => {
    const rest = stages.flatMap((stage, place) => victims.map((victim) => ({ stage, victim, variant: pass + place })));
    return [...rest].flatMap(() => rest.splice(next(rest.length), 1));
  }).flat();
}

function choose<T extends string>(name: string, value: string | undefined, known: readonly T[]): readonly T[] {
  if (value === undefined) return known;
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`There is no ${name} ${value}: ${known.join(', ')}.`);
  return [found];
}

async function removeData(): Promise<void> {
  await removePostgresData(join(dataDir, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}
