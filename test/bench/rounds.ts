import type { Sample } from './exchange.js';
import { runLoad } from './load.js';
import type { BenchOptions, Mode } from './options.js';
import { treeCpuMs, untilQuiet } from './process-usage.js';
import type { Services } from './services.js';
import { createWays, type Way, type WayName } from './ways.js';

/** CPU time by process, in ms. */
export interface Cpu {
  readonly node: number;
  readonly temporal: number;
  readonly postgres: number;
}

/** One way's turn. */
export interface Turn {
  readonly way: WayName;
  readonly mode: Mode;
  readonly concurrency: number;
  readonly round: number;
  readonly samples: readonly Sample[];
  readonly elapsedMs: number;
  /** Until everything was quiet again, and so with what follows the answers. */
  readonly cpuMs: Cpu;
  readonly nonEagerStarts?: number;
}

/** Measures every way in every part of the run. The ways take turns within each round, so that noise hits all alike. */
export async function runRounds(services: Services, options: BenchOptions): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (const mode of options.modes) {
    const { ways, close } = createWays(services, mode);
    await warmUp(services, ways, options.warmUpRequests, Math.max(...options.concurrencies));
    for (const concurrency of options.concurrencies) {
      const requests = options.requestsAt(concurrency);
      for (let round = 1; round <= options.rounds; round += 1) {
        for (const way of ways) {
          const turn = await takeTurn(services, way, requests, concurrency);
          turns.push({ ...turn, mode, concurrency, round });
        }
      }
      console.log(`${mode}, ${concurrency} at once: ${options.rounds} rounds of ${requests} requests each way.`);
    }
    await close();
  }
  return turns;
}

/**
 * Code is compiled, statements are prepared and connections opened by it; nothing of it is counted. With no more at once than
 * is measured: on a loaded machine many at once are too much for code that is cold.
 */
async function warmUp(services: Services, ways: readonly Way[], requests: number, concurrency: number): Promise<void> {
  for (const { exchange, nodePid } of ways) {
    await runLoad(exchange, requests, concurrency);
    await quiet(services, nodePid());
  }
}

async function takeTurn(
  services: Services,
  way: Way,
  requests: number,
  concurrency: number,
): Promise<Omit<Turn, 'mode' | 'concurrency' | 'round'>> {
  const nodePid = way.nodePid();
  const before = readCpu(services, nodePid);
  const startsBefore = await way.nonEagerStarts?.();
  const { samples, elapsedMs } = await runLoad(way.exchange, requests, concurrency);
  await quiet(services, nodePid);
  const after = readCpu(services, nodePid);
  const starts = await way.nonEagerStarts?.();
  return {
    way: way.name,
    samples,
    elapsedMs,
    cpuMs: {
      node: after.node - before.node,
      temporal: after.temporal - before.temporal,
      postgres: after.postgres - before.postgres,
    },
    ...(starts !== undefined && startsBefore !== undefined && { nonEagerStarts: starts - startsBefore }),
  };
}

function readCpu(services: Services, nodePid: number): Cpu {
  const { temporal, postgres } = services.pids();
  return { node: treeCpuMs(nodePid), temporal: treeCpuMs(temporal), postgres: treeCpuMs(postgres) };
}

async function quiet(services: Services, nodePid: number): Promise<void> {
  const { temporal, postgres } = services.pids();
  await untilQuiet([nodePid, temporal, postgres]);
}
