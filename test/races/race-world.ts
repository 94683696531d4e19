import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { startGateway, type GatewayProcess } from '../../infra/local/gateway-process.js';
import { freePort } from '../../infra/local/ports.js';
import { supervise, type Supervised } from '../../infra/local/supervise.js';
import { bareEnvironment } from '../../infra/runtime/config.js';
import { openLooks, type Looks } from '../chaos/looks.js';
import { type FakeVendor, startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { createTestDatabase, createTestFolder, testTemporal } from '../support/services.js';
import { installJournal } from './journal.js';

const gatewayCommand = [process.execPath, '--import', 'tsx', 'workers/gateway.ts'];
const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** Several gateway processes on one Postgres and one Temporal, each started again when it dies. */
export interface RaceWorld {
  readonly vendor: FakeVendor;
  readonly database: Looks;
  readonly databaseUrl: string;
  readonly adminKey: string;
  readonly gateways: readonly { readonly baseUrl: string; kill(): Promise<void> }[];
  /** Workflows of these gateways that run. */
  countRunning(): Promise<number>;
  close(): Promise<void>;
}

export async function startRaceWorld(count: number): Promise<RaceWorld> {
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let end = opened.pop(); end !== undefined; end = opened.pop()) await end();
  };
  try {
    return await open(count, opened, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(count: number, opened: (() => Promise<void>)[], close: RaceWorld['close']): Promise<RaceWorld> {
  const vendor = await startFakeVendor();
  opened.push(() => vendor.close());
  const { url, drop } = await createTestDatabase();
  opened.push(drop);
  await installJournal(url);
  const folder = await createTestFolder();
  const taskQueue = `race-${randomBytes(6).toString('hex')}`;
  const env = environment({ vendor, url, folder, taskQueue });
  const starts = await Promise.allSettled(
    Array.from({ length: count }, async (_, index) => {
      const port = String(await freePort());
      return superviseGateway({ ...env, SLUICE_PORT: port }, join(folder, `gateway-${index}.log`));
    }),
  );
  const gateways = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  // Whatever they still have under way when a test fails is of no interest: no draining.
  opened.push(async () => void (await Promise.all(gateways.map((gateway) => endAtOnce(gateway)))));
  for (const start of starts) if (start.status === 'rejected') throw start.reason;
  const database = openLooks(url);
  opened.push(() => database.close());
  const connection = await Connection.connect({ address: env.TEMPORAL_ADDRESS });
  opened.push(() => connection.close());
  const { workflow } = new Client({ connection });
  const running = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  return {
    ...{ vendor, database, databaseUrl: url, adminKey: env.SLUICE_LOCAL_ADMIN_KEY, close },
    gateways: await Promise.all(
      gateways.map(async (gateway) => ({
        baseUrl: (await gateway.ready()).ready.baseUrl,
        kill: () => gateway.kill(),
      })),
    ),
    countRunning: async () => (await workflow.count(running)).count,
  };
}

function superviseGateway(env: Record<string, string>, logFile: string): Promise<Supervised<GatewayProcess>> {
  return supervise({
    name: `the gateway at ${env.SLUICE_PORT}`,
    log: () => {},
    start: (signal) =>
      startGateway({ command: gatewayCommand, cwd: projectRoot, env, logFile, drainMs: 20_000, signal }),
  });
}

async function endAtOnce(gateway: Supervised<GatewayProcess>): Promise<void> {
  gateway.current()?.hasten();
  await gateway.stop();
}

function environment(parts: {
  readonly vendor: FakeVendor;
  readonly url: string;
  readonly folder: string;
  readonly taskQueue: string;
}) {
  const secret = (): string => randomBytes(32).toString('base64');
  const key = (): string => `sk-sluice-${randomBytes(32).toString('base64url')}`;
  const temporal = testTemporal();
  return {
    ...bareEnvironment(),
    SLUICE_LOG_LEVEL: 'warn',
    SLUICE_DRAIN_TIMEOUT_MS: '20000',
    SLUICE_LOCAL_LIMIT_USD: '1',
    // A quarter of it are each gateway's connections to Postgres, which other tests use as well.
    SLUICE_MAX_IN_FLIGHT: '80',
    SLUICE_LOCAL_API_KEY: key(),
    SLUICE_LOCAL_ADMIN_KEY: key(),
    SLUICE_KEY_PEPPER: secret(),
    SLUICE_MASTER_KEY: secret(),
    SLUICE_DATA_DIR: parts.folder,
    DATABASE_URL: parts.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_TASK_QUEUE: parts.taskQueue,
    OPENAI_API_KEY: 'sk-fake-openai',
    SLUICE_OPENAI_BASE_URL: parts.vendor.openaiBaseUrl,
  };
}
