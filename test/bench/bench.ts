import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentLoad, describeMachine, readMemory } from './machine.js';
import { runMemory } from './memory-run.js';
import { type BenchOptions, readOptions } from './options.js';
import { treeCpuMs } from './process-usage.js';
import { renderMachine, renderMemory, renderMemoryRun, renderRatios, renderSummaries } from './report.js';
import { runRounds } from './rounds.js';
import { closeServices, type Opened, type Services, startServices } from './services.js';
import { latencyRatio, summarize, throughputRatio } from './summary.js';

// `npm run bench`: what a durable request costs, at the client. docs/benchmarks.md says what is measured and how to read it.

const idleMs = 3_000;

const options = readOptions();
const opened: Opened = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void closeServices(opened).then(() => process.exit(130)));
}
try {
  await run(options, opened);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await closeServices(opened);
}

async function run(options: BenchOptions, opened: Opened): Promise<void> {
  const load = currentLoad();
  const services = await startServices(options, opened);
  const machine = await describeMachine(load, services.dataDir);
  console.log(`\n${renderMachine(machine)}\n`);
  const result = options.memoryRequests === undefined ? await compare(services) : await remember(services);
  if (options.jsonFile === undefined) return;
  await writeFile(
    options.jsonFile,
    `${JSON.stringify({ date: new Date().toISOString(), machine, ...result }, null, 1)}\n`,
  );

  async function remember(services: Services): Promise<object> {
    const memoryRun = await runMemory(services, options.memoryRequests ?? 0);
    console.log(`\n${renderMemoryRun(memoryRun)}`);
    return { memoryRun };
  }

  async function compare(services: Services): Promise<object> {
    const idle = await measureIdle(services);
    const startedAt = performance.now();
    const memoryBefore = readMemory(services);
    const turns = await runRounds(services, options);
    const memory = readMemory(services);
    const summaries = summarize(turns);
    const ratios = { latencyAlone: latencyRatio(turns), throughputAt16: throughputRatio(turns) };
    console.log(`\n${renderSummaries(summaries)}\n\n${renderRatios(ratios.latencyAlone, ratios.throughputAt16)}`);
    console.log(`Memory before, MiB: ${renderMemory(memoryBefore)}; after: ${renderMemory(memory)}`);
    console.log(
      `CPU while idle, % of one core: gateway ${idle.gateway}, Temporal ${idle.temporal}, Postgres ${idle.postgres}`,
    );
    console.log(`Took ${((performance.now() - startedAt) / 1_000).toFixed(0)} s.`);
    return { idleCpuPercent: idle, memoryBefore, memory, ratios, summaries, turns };
  }
}

/** What is spent without a request; it is in the CPU a request too, the more so the slower they come. */
async function measureIdle(services: Services) {
  const pids = services.pids();
  const used = () => [pids.gateway, pids.temporal, pids.postgres].map(treeCpuMs);
  const before = used();
  await sleep(idleMs);
  const [gateway, temporal, postgres] = used().map((ms, index) =>
    Math.round((100 * (ms - (before[index] ?? 0))) / idleMs),
  );
  return { gateway, temporal, postgres };
}
