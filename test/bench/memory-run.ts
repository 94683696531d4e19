import { runLoad } from './load.js';
import { type MemoryMib, readMemory } from './machine.js';
import { untilQuiet } from './process-usage.js';
import type { Services } from './services.js';
import { slope } from './statistics.js';
import { createWays } from './ways.js';

export interface MemoryLook {
  /** How many had been answered by then. */
  readonly requests: number;
  readonly memory: MemoryMib;
  readonly requestsPerSecond: number;
}

export interface MemoryRun {
  readonly looks: readonly MemoryLook[];
  /** MiB for each thousand requests, of the straight line through the looks after the warm-up. */
  readonly slopes: MemoryMib;
  readonly warmUpRequests: number;
}

const concurrency = 16;
const lookCount = 10;
/** Heaps and caches take their size in the first fifth. */
const warmUpLooks = 2;

/** Sends requests, half of them streams, and looks at the memory of the three processes after each tenth. */
export async function runMemory(services: Services, requests: number): Promise<MemoryRun> {
  const plain = createWays(services, 'plain');
  const stream = createWays(services, 'stream');
  const exchanges = [plain, stream].map(({ ways }) => gatewayOf(ways));
  const looks: MemoryLook[] = [{ requests: 0, memory: readMemory(services), requestsPerSecond: 0 }];
  const perLook = Math.ceil(requests / lookCount);
  for (let number = 1; number <= lookCount; number += 1) {
    let next = 0;
    const alternate = async () => {
      next += 1;
      const exchange = exchanges[next % exchanges.length];
      if (exchange === undefined) throw new Error('There is no gateway to ask.');
      return exchange();
    };
    const { elapsedMs } = await runLoad(alternate, perLook, concurrency);
    await untilQuiet(Object.values(services.pids()));
    const requestsPerSecond = (1_000 * perLook) / elapsedMs;
    looks.push({ requests: number * perLook, memory: readMemory(services), requestsPerSecond });
    console.log(`${number * perLook} requests: ${requestsPerSecond.toFixed(1)}/s`);
  }
  await Promise.all([plain.close(), stream.close()]);
  const counted = looks.slice(1 + warmUpLooks - 1);
  const slopeOf = (process: keyof MemoryMib): number =>
    slope(counted.map((look) => ({ x: look.requests / 1_000, y: look.memory[process] })));
  return {
    looks,
    slopes: { gateway: slopeOf('gateway'), temporal: slopeOf('temporal'), postgres: slopeOf('postgres') },
    warmUpRequests: warmUpLooks * perLook,
  };
}

function gatewayOf(ways: ReturnType<typeof createWays>['ways']) {
  const way = ways.find(({ name }) => name === 'gateway');
  if (way === undefined) throw new Error('There is no gateway among the ways.');
  return way.exchange;
}
