import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { removePostgresData } from '../../infra/local/postgres-data.js';
import { type Stack, type StackOptions, startStack } from '../../infra/local/stack.js';
import { type ChildService, startChild } from './child-service.js';
import type { BenchOptions } from './options.js';

export interface Services {
  readonly stack: Stack;
  readonly vendor: ChildService;
  readonly floor: ChildService;
  readonly dataDir: string;
  /** The gateway's, Temporal's and Postgres's processes. */
  pids(): { readonly gateway: number; readonly temporal: number; readonly postgres: number };
  /** How many of the gateway's workflows so far were not started eagerly; it logs each. */
  gatewayNonEagerStarts(): Promise<number>;
  floorNonEagerStarts(): Promise<number>;
}

/** What to close in the end, in the order in which it was opened. */
export type Opened = (() => Promise<void>)[];

/** Beyond what is measured at once, so that nothing is turned away. */
const maxInFlight = 256;
const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Everything that is compared, on this machine, each in processes of its own; Postgres with fsync. `close` takes what it
 * finds in `opened`, so that a start that fails in the middle can be closed as well.
 */
export async function startServices(options: BenchOptions, opened: Opened): Promise<Services> {
  const parent = options.dataDir ?? join(projectRoot, '.sluice');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'bench-'));
  opened.push(() => rm(folder, { recursive: true, force: true }));
  // What the gateway complained of says why a run failed, and would be gone with the folder.
  opened.push(() => printComplaints(join(folder, 'gateway.log')));
  const vendor = await startChild('./bench-vendor.ts');
  opened.push(vendor.close);
  const stack = await startStack(await stackOptions(options, folder, vendor.url));
  opened.push(async () => {
    await stack.stop();
    await removePostgresData(join(folder, 'postgres'));
  });
  const floorArgs = [stack.temporalAddress, 'default', String(maxInFlight)];
  const floor = await startChild('./floor-server.ts', floorArgs, options.nodeFlags);
  opened.push(floor.close);
  return {
    ...{ stack, vendor, floor, dataDir: folder },
    pids: () => {
      const { gateway, temporal, postgres } = stack.pids();
      if (gateway === undefined || temporal === undefined || postgres === undefined) {
        throw new Error('A service has died.');
      }
      return { gateway, temporal, postgres };
    },
    gatewayNonEagerStarts: createLineCount(join(folder, 'gateway.log'), '"metric":"non_eager_start"'),
    floorNonEagerStarts: async () => {
      const response = await fetch(`${floor.url}/starts`);
      return ((await response.json()) as { readonly other: number }).other;
    },
  };
}

/** The latest first, each although another may fail. */
export async function closeServices(opened: Opened): Promise<void> {
  for (let close = opened.pop(); close !== undefined; close = opened.pop()) {
    await close().catch((error: unknown) => console.error(error));
  }
}

async function stackOptions(options: BenchOptions, folder: string, vendorUrl: string): Promise<StackOptions> {
  return {
    dataDir: folder,
    durable: true,
    env: {
      OPENAI_API_KEY: 'sk-bench',
      SLUICE_OPENAI_BASE_URL: `${vendorUrl}/v1`,
      SLUICE_LOCAL_LIMIT_USD: '1000000',
      SLUICE_MAX_IN_FLIGHT: String(maxInFlight),
      // What this level adds is one line for each start that was not eager.
      SLUICE_LOG_LEVEL: 'debug',
    },
    gatewayCommand: await gatewayCommand(options),
    log: (line) => console.log(line),
  };
}

async function gatewayCommand({ nodeFlags, profileDir }: BenchOptions): Promise<readonly string[]> {
  const command = (flags: readonly string[]) => [process.execPath, ...flags, '--import', 'tsx', 'workers/gateway.ts'];
  if (profileDir === undefined) return command(nodeFlags);
  await mkdir(profileDir, { recursive: true });
  return command([...nodeFlags, '--cpu-prof', '--cpu-prof-interval', '500', `--cpu-prof-dir=${profileDir}`]);
}

async function printComplaints(logFile: string): Promise<void> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).split('\n');
  const complaints = lines.filter((line) => line !== '' && !/^\{"level":(20|30),/.test(line));
  if (complaints.length > 0) console.log(`The gateway complained ${complaints.length} times, at last:`);
  for (const line of complaints.slice(-5)) console.log(line.slice(0, 1_000));
}

/** Counts a growing file's lines with that text, reading only what is new. */
function createLineCount(path: string, text: string): () => Promise<number> {
  let offset = 0;
  let count = 0;
  return async () => {
    const { size } = await stat(path);
    if (size === offset) return count;
    const lines = createInterface({ input: createReadStream(path, { start: offset, end: size - 1 }) });
    for await (const line of lines) if (line.includes(text)) count += 1;
    offset = size;
    return count;
  };
}
