import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findTemporal } from '../../infra/local/find-temporal.js';
import { freePort } from '../../infra/local/ports.js';
import { removePostgresData } from '../../infra/local/postgres-data.js';
import { startPostgres, type LocalPostgres } from '../../infra/local/postgres.js';
import { isAlive, sendSignal } from '../../infra/local/processes.js';
import { readRunFile, stopLeftovers, takeRunFile, type RunFile } from '../../infra/local/run-file.js';
import { startTemporal, type LocalTemporal } from '../../infra/local/temporal.js';
import { migrate } from '../../infra/migrations/migrate.js';
import { cacheDirectory } from '../../infra/runtime/config.js';
import { execute, templateDatabase } from './statements.js';

const folderPrefix = 'sluice-test-';
const log = (line: string): void => console.log(line);

/** One Postgres and one Temporal for the whole run, in a temporary folder that goes with them. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env.SLUICE_TEST_SERVICES === 'off') return provide(project, {});
  await sweepEarlierRuns();
  const folder = await mkdtemp(join(tmpdir(), folderPrefix));
  // As root, Postgres runs under another account, which must be able to pass through.
  await chmod(folder, 0o711);
  const runFile = await takeRunFile(join(folder, 'run.json'), log);
  const services = await startServices(folder, runFile).catch(async (error: unknown) => {
    await removeFolder(folder);
    throw error;
  });
  process.once('exit', () => services.pids.forEach((pid) => sendSignal(pid, 'SIGKILL')));
  try {
    provide(project, {
      postgresUrl: services.postgres.url,
      temporalAddress: services.temporal.address,
      temporalBinary: services.binary,
      runFolder: folder,
      templateProblem: await prepareTemplate(services.postgres.url),
    });
  } catch (error) {
    await teardown(folder, services);
    throw error;
  }
  return () => teardown(folder, services);
}

interface Services {
  readonly binary: string;
  readonly postgres: LocalPostgres;
  readonly temporal: LocalTemporal;
  /** Emptied at teardown: what is left when the process exits is killed. */
  readonly pids: number[];
}

async function startServices(folder: string, runFile: RunFile): Promise<Services> {
  const pids: number[] = [];
  const onSpawn = (role: string) => (pid: number) => {
    pids.push(pid);
    runFile.note(role, pid);
  };
  const binary = await findTemporal({ cacheDir: cacheDirectory(), log });
  const started = await Promise.allSettled([
    startPostgres({
      dataDir: join(folder, 'postgres'),
      port: await freePort(),
      durable: false,
      log: quiet,
      onSpawn: onSpawn('postgres'),
    }),
    startTemporal({
      binary,
      dbFile: join(folder, 'temporal', 'temporal.db'),
      port: await freePort(),
      uiPort: await freePort(),
      log,
      onSpawn: onSpawn('temporal'),
    }),
  ]);
  const [postgres, temporal] = started;
  if (postgres.status === 'fulfilled' && temporal.status === 'fulfilled') {
    return { binary, postgres: postgres.value, temporal: temporal.value, pids };
  }
  for (const one of started) if (one.status === 'fulfilled') await one.value.stop();
  throw started.find((one) => one.status === 'rejected')?.reason;
}

/** Applies the migrations once. What is wrong with them is told to the tests that need them, and to no other. */
async function prepareTemplate(serverUrl: string): Promise<string | undefined> {
  await execute(serverUrl, `CREATE DATABASE ${templateDatabase}`);
  const url = new URL(serverUrl);
  url.pathname = `/${templateDatabase}`;
  try {
    await migrate(url.href);
  } catch (error) {
    console.error('The migrations failed:', error);
    return (error as Error).message;
  }
  // A template with an open connection cannot be copied.
  await execute(serverUrl, `ALTER DATABASE ${templateDatabase} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`);
  return undefined;
}

async function teardown(folder: string, services: Services): Promise<void> {
  await Promise.all([services.postgres.stop(), services.temporal.stop()]);
  services.pids.length = 0;
  await removeFolder(folder);
}

/** A run that was killed left servers and folders behind; the next one cleans up after it. */
async function sweepEarlierRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(folderPrefix)) continue;
    const folder = join(tmpdir(), name);
    const run = readRunFile(join(folder, 'run.json'));
    if (run === undefined || isAlive(run.owner)) continue;
    await stopLeftovers(run, log);
    await removeFolder(folder);
  }
}

/** Removes the run's folder, and before it what tests have left in theirs. */
async function removeFolder(folder: string): Promise<void> {
  for (const home of [folder, ...(await testHomes(folder))]) {
    const run = readRunFile(join(home, 'run.json'));
    if (home !== folder && run !== undefined) await stopLeftovers(run, log);
    await removePostgresData(join(home, 'postgres'));
  }
  await rm(folder, { recursive: true, force: true });
}

/** Where tests keep the data of stacks: their folders, and the folders in these. */
async function testHomes(folder: string): Promise<string[]> {
  const directoriesIn = async (parent: string): Promise<string[]> => {
    const entries = await readdir(parent, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name));
  };
  const homes = (await directoriesIn(folder)).filter((home) => basename(home).startsWith('folder-'));
  const inner = await Promise.all(homes.map(directoriesIn));
  return [...homes, ...inner.flat()];
}

function provide(
  project: TestProject,
  values: {
    postgresUrl?: string;
    temporalAddress?: string;
    temporalBinary?: string;
    runFolder?: string;
    templateProblem?: string;
  },
): undefined {
  project.provide('postgresUrl', values.postgresUrl);
  project.provide('temporalAddress', values.temporalAddress);
  project.provide('temporalBinary', values.temporalBinary);
  project.provide('runFolder', values.runFolder);
  project.provide('templateProblem', values.templateProblem);
}

/** "Preparing a new Postgres" is news at a first start, not in every test run. */
function quiet(): void {}
