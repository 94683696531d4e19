import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { postgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import {
  initialise,
  postgresEnvironment,
  postgresPassword,
  preparePostgresHome,
  stopOrphan,
  superuser,
  type PostgresHome,
} from './postgres-data.js';
import { describeExit, endChild, sendSignal, type Exit, type LocalService, type Log } from './processes.js';
import { unprivilegedAccount, type Account } from './run-as.js';
import { openServerLog, readServerLog } from './server-log.js';

const databaseName = 'sluice';
const readyTimeoutMs = 60_000;
/** After a `kill -9` the old server's children hold its shared memory for a moment. */
const retryTimeoutMs = 15_000;
const passingTroubles =
  /pre-existing shared memory block|lock file ".*" already exists|could not bind|Address already in use/;

export interface PostgresOptions {
  /** The folder of the cluster, its password and its log; made where it is missing. */
  readonly dataDir: string;
  /** On 127.0.0.1. */
  readonly port: number;
  /** False trades survival of a power cut for speed: tests only. */
  readonly durable: boolean;
  readonly log: Log;
  /** Called as soon as the process exists, well before it is ready. */
  readonly onSpawn?: (pid: number) => void;
}

export interface LocalPostgres extends LocalService {
  /** Connects as the superuser to the database `sluice`; holds the password. */
  readonly url: string;
  readonly port: number;
}

/** Starts the bundled Postgres on loopback, on the data of the last time, and waits until it answers. */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const account = await unprivilegedAccount(options.log);
  const binaries = await postgresBinaries(account, options.log);
  const home = await preparePostgresHome(options.dataDir, account, options.log);
  const password = await postgresPassword(home, account);
  await initialise(home, { binaries, account, durable: options.durable, log: options.log });
  await stopOrphan(home, options.log);
  const child = await launchUntilReady({ ...options, account, binaries, home, password });
  await ensureDatabase(options.port, password).catch(async (error: unknown) => {
    await endChild(child, 'SIGINT', 5_000);
    throw error;
  });
  return {
    url: connectionUrl(options.port, password, databaseName),
    port: options.port,
    pid: child.pid,
    exited: child.exited,
    // SIGINT is Postgres' "fast" stop: open connections are closed and everything is written.
    stop: () => endChild(child, 'SIGINT', 20_000),
  };
}

interface Launch extends PostgresOptions {
  readonly account: Account | undefined;
  readonly binaries: PostgresBinaries;
  readonly home: PostgresHome;
  readonly password: string;
}

async function launchUntilReady(launch: Launch): Promise<{ pid: number; exited: Promise<Exit> }> {
  const deadline = Date.now() + retryTimeoutMs;
  for (;;) {
    const { child, logOffset } = spawnPostgres(launch);
    const exit = await Promise.race([child.exited, answers(launch, child.exited).then(() => undefined)]).catch(
      (error: unknown) => {
        sendSignal(child.pid, 'SIGKILL');
        throw error;
      },
    );
    if (exit === undefined) return child;
    const complaint = readServerLog(launch.home.logFile, logOffset, 1_500);
    if (!passingTroubles.test(complaint) || Date.now() > deadline) {
      throw new Error(`Postgres ended while it started (${describeExit(exit)}):\n${complaint}`);
    }
    await sleep(300);
  }
}

function spawnPostgres(launch: Launch): { child: { pid: number; exited: Promise<Exit> }; logOffset: number } {
  const serverLog = openServerLog(launch.home.logFile);
  const child = spawn(
    launch.binaries.postgres,
    ['-D', launch.home.data, ...settings(launch).flatMap((setting) => ['-c', setting])],
    {
      cwd: '/',
      env: postgresEnvironment,
      // A process group of its own: Ctrl-C at the terminal is for us, and we stop Postgres last.
      detached: true,
      stdio: ['ignore', serverLog.fd, serverLog.fd],
      ...(launch.account && { uid: launch.account.uid, gid: launch.account.gid }),
    },
  );
  serverLog.close();
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
    child.once('error', (error) => {
      launch.log(`Postgres could not be run: ${error.message}`);
      resolve({});
    });
  });
  const pid = child.pid ?? 0;
  if (pid !== 0) launch.onSpawn?.(pid);
  return { child: { pid, exited }, logOffset: serverLog.offset };
}

function settings({ port, durable }: PostgresOptions): string[] {
  return [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `port=${port}`,
    'max_connections=200',
    // A row in an error's detail, or a statement, may hold what a caller said; neither goes to the log.
    'log_error_verbosity=terse',
    'log_min_error_statement=panic',
    'log_checkpoints=off',
    // Commits are still handed to the system before they are confirmed: `synchronous_commit=off` would lose some to a kill -9.
    ...(durable ? [] : ['fsync=off', 'full_page_writes=off']),
  ];
}

/** Resolves once a query is answered; gives up at the deadline, and quietly once the server has gone. */
async function answers(launch: Launch, exited: Promise<Exit>): Promise<void> {
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  const deadline = Date.now() + readyTimeoutMs;
  let lastError: unknown;
  while (!gone && Date.now() < deadline) {
    try {
      await withClient(launch.port, launch.password, 'postgres', async (client) => {
        await client.query('SELECT 1');
      });
      return;
    } catch (error) {
      lastError = error;
      await sleep(30);
    }
  }
  // The race is decided by the exit, which must come first.
  if (gone) return new Promise(() => {});
  throw new Error(`Postgres did not answer within ${readyTimeoutMs / 1_000} s; see ${launch.home.logFile}.`, {
    cause: lastError,
  });
}

async function ensureDatabase(port: number, password: string): Promise<void> {
  await withClient(port, password, 'postgres', async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
  });
}

async function withClient(
  port: number,
  password: string,
  database: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({
    connectionString: connectionUrl(port, password, database),
    connectionTimeoutMillis: 3_000,
  });
  // A connection that breaks after its query has failed would otherwise end the process with an unheard event.
  client.on('error', () => {});
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

function connectionUrl(port: number, password: string, database: string): string {
  return `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}
