import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { removePostgresData } from '../../infra/local/postgres-data.js';
import { createSeeded } from '../fake-vendor/seeded.js';
import type { Victim } from './facts.js';
import { countRound, newTally, renderTable, renderViolations, type Tally } from './report.js';
import { runRound, type Kill } from './round.js';
import { stageNames, type StageName } from './stage-names.js';
import { startWorld, type World } from './world.js';

// `npm run chaos -- --kills 20 [--stage mid-stream] [--victim gateway] [--seed 1] [--keep]`: kill -9 at every stage of a
// request, with 16 of them under way. Ends with 1 where anything was lost, charged twice or told wrongly.

const victims: readonly Victim[] = ['gateway', 'temporal', 'postgres'];

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    stage: { type: 'string' },
    victim: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'boolean', default: false },
  },
});

const folder = await mkdtemp(join(tmpdir(), 'sluice-chaos-'));
// As root, Postgres runs under another account, which must be able to pass through.
await chmod(folder, 0o711);
const dataDir = join(folder, 'data');
process.stdout.write(`Seed ${values.seed}; data in ${folder}.\n`);
const world = await startWorld({ dataDir, durable: true });
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

async function run(world: World): Promise<boolean> {
  const kills = shuffled(plannedKills(), values.seed);
  const tallies = new Map<string, Tally>();
  let broken = 0;
  for (const [index, kill] of kills.entries()) {
    const key = `${kill.stage}/${kill.victim}`;
    const tally = tallies.get(key) ?? newTally(kill.stage, kill.victim);
    tallies.set(key, tally);
    const result = await runRound(world, kill);
    countRound(tally, result);
    const seconds = (result.recoveryMs / 1_000).toFixed(1);
    process.stdout.write(`${index + 1}/${kills.length} ${key}: quiet after ${seconds} s\n`);
    if (result.violations.length === 0) continue;
    broken += 1;
    process.stdout.write(`${renderViolations(world, result)}\n`);
  }
  const order = [...stageNames].flatMap((stage) => victims.map((victim) => `${stage}/${victim}`));
  const table = order.flatMap((key) => tallies.get(key) ?? []);
  process.stdout.write(`\n${renderTable(table)}\n\n${kills.length} kills, ${broken} with violations.\n`);
  return broken > 0;
}

/** `--kills` is for each stage, shared by the processes that are killed there. */
function plannedKills(): readonly Kill[] {
  const chosenStages = choose<StageName>('stage', values.stage, stageNames);
  const chosenVictims = choose<Victim>('victim', values.victim, victims);
  const each = Math.ceil(Number(values.kills) / chosenVictims.length);
  return chosenStages.flatMap((stage) =>
    chosenVictims.flatMap((victim) => Array.from({ length: each }, (_, variant) => ({ stage, victim, variant }))),
  );
}

function choose<T extends string>(name: string, value: string | undefined, known: readonly T[]): readonly T[] {
  if (value === undefined) return known;
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`There is no ${name} ${value}: ${known.join(', ')}.`);
  return [found];
}

/** The order by the seed: what one kill leaves behind is what the next one meets. */
function shuffled(kills: readonly Kill[], seed: string): readonly Kill[] {
  const next = createSeeded(seed);
  const rest = [...kills];
  return kills.flatMap(() => rest.splice(next(rest.length), 1));
}

async function removeData(): Promise<void> {
  await removePostgresData(join(dataDir, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}
