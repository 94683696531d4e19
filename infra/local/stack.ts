import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bareEnvironment, cacheDirectory, loadStartConfig, type StartConfig } from '../runtime/config.js';
import { findTemporal } from './find-temporal.js';
import { startGateway, type GatewayProcess, type GatewayReady } from './gateway-process.js';
import { gatewayEnvironment } from './gateway-environment.js';
import { localSecretsOf, writePrivateJson } from './local-secrets.js';
import { freePort, portFrom, requirePort } from './ports.js';
import { startPostgres, type LocalPostgres } from './postgres.js';
import { sendSignal, type LocalService, type Log } from './processes.js';
import { takeRunFile, type RunFile } from './run-file.js';
import { supervise, type Supervised } from './supervise.js';
import { startTemporal, type LocalTemporal } from './temporal.js';

export type Role = 'gateway' | 'temporal' | 'postgres';

export interface StackOptions {
  /** All that persists lies here. */
  readonly dataDir: string;
  /** Settings, as environment variables. Nothing else reaches the gateway but PATH and the like: no vendor key of the developer's. */
  readonly env?: Readonly<Record<string, string>>;
  /** `free`, the default, takes whatever port is free; `usual` the documented ones, or the next above. */
  readonly ports?: 'free' | 'usual';
  /** Found by `findTemporal` where it is not given. */
  readonly temporalBinary?: string;
  /** False makes Postgres faster, at the price of surviving a power cut; it survives `kill -9` in any case. */
  readonly durable?: boolean;
  /** Program and arguments that stand in for the gateway. */
  readonly gatewayCommand?: readonly string[];
  readonly log?: Log;
  /** Gives up on a start in progress and stops what runs already. */
  readonly signal?: AbortSignal;
}

export interface Stack {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly adminKey: string;
  readonly temporalAddress: string;
  /** Absent where TEMPORAL_ADDRESS names a server of yours. */
  readonly temporalUi?: string;
  readonly databaseUrl: string;
  readonly gateway: GatewayReady;
  /** The processes that are up right now. */
  pids(): { readonly [R in Role]?: number };
  /** SIGKILL; resolves when the process has gone. The supervision starts it again. */
  kill(role: Role): Promise<void>;
  /** Resolves when everything is up, a restart in progress included. */
  waitReady(): Promise<void>;
  /** Drains the gateway, then stops Temporal and Postgres. */
  stop(): Promise<void>;
  /** Cuts the draining of a `stop` short. */
  hasten(): void;
  /** SIGKILL to all, at once and without waiting: for a process that is about to exit. */
  abandon(): void;
}

/** How to reach what runs, for tools on this machine; `<dataDir>/local.json`, readable by its owner only. */
export interface LocalFile {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly adminKey: string;
  readonly temporalUi?: string;
  readonly temporalAddress: string;
  readonly databaseUrl: string;
}

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
const gatewayCommand = [process.execPath, '--import', 'tsx', 'workers/gateway.ts'];
const usualPorts = { postgres: 54_320, temporal: 7_233, temporalUi: 8_233 };

/** What the steps of a start share. Services are put in as they come up, so that a failure can stop them. */
interface Start extends StackOptions {
  readonly log: Log;
  readonly env: Readonly<Record<string, string>>;
  readonly config: StartConfig;
  readonly runFile: RunFile;
  readonly services: {
    postgres?: Supervised<LocalPostgres>;
    temporal?: Supervised<LocalTemporal>;
    gateway?: Supervised<GatewayProcess>;
  };
  /** Every child of now, also one that is still starting. */
  readonly pids: Map<Role, number>;
}

/** Starts Postgres and Temporal (where no others are named) and the gateway, and keeps them up until `stop`. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const set = Object.entries(options.env ?? {}).filter(([, value]) => value !== '');
  const env = { ...bareEnvironment(), ...Object.fromEntries(set), SLUICE_DATA_DIR: options.dataDir };
  const config = loadStartConfig(env);
  const log = options.log ?? (() => {});
  await prepareDataDirectory(options.dataDir);
  const runFile = await takeRunFile(join(options.dataDir, 'run.json'), log);
  const start: Start = { ...options, log, env, config, runFile, services: {}, pids: new Map() };
  try {
    return await startServices(start);
  } catch (error) {
    await stopServices(start);
    throw error;
  }
}

async function startServices(start: Start): Promise<Stack> {
  const secrets = await localSecretsOf(start.dataDir);
  const databaseUrl = start.config.database?.url ?? (await startPostgresService(start));
  start.signal?.throwIfAborted();
  const temporal = await startTemporalService(start);
  start.signal?.throwIfAborted();
  const gateway = await startGatewayService(start, { databaseUrl, temporalAddress: temporal.address, secrets });
  start.signal?.throwIfAborted();
  const { baseUrl, apiKey, adminKey } = gateway;
  const file: LocalFile = {
    baseUrl,
    apiKey,
    adminKey,
    temporalUi: temporal.uiUrl,
    temporalAddress: temporal.address,
    databaseUrl,
  };
  await writePrivateJson(join(start.dataDir, 'local.json'), file);
  return { ...file, gateway, ...controls(start) };
}

async function startPostgresService(start: Start): Promise<string> {
  const port = await choosePort(start, usualPorts.postgres, 'Postgres');
  start.log('Starting Postgres ...');
  start.services.postgres = await supervise({
    name: 'Postgres',
    log: start.log,
    start: () =>
      startPostgres({
        dataDir: join(start.dataDir, 'postgres'),
        port,
        durable: start.durable ?? true,
        log: start.log,
        onSpawn: noteDown(start, 'postgres'),
      }),
  });
  return (await start.services.postgres.ready()).url;
}

async function startTemporalService(start: Start): Promise<{ address: string; uiUrl?: string }> {
  const { address, namespace } = start.config.temporal;
  if (address !== undefined) return { address };
  const binary =
    start.temporalBinary ??
    (await findTemporal({ cacheDir: cacheDirectory(start.env), log: start.log, signal: start.signal }));
  start.signal?.throwIfAborted();
  const port = await choosePort(start, usualPorts.temporal, 'Temporal');
  const uiPort = await choosePort(start, usualPorts.temporalUi, "Temporal's UI");
  const dbFile = join(start.dataDir, 'temporal', 'temporal.db');
  start.log('Starting Temporal ...');
  start.services.temporal = await supervise({
    name: 'Temporal',
    log: start.log,
    start: () =>
      startTemporal({ binary, dbFile, port, uiPort, namespace, log: start.log, onSpawn: noteDown(start, 'temporal') }),
  });
  return start.services.temporal.ready();
}

async function startGatewayService(
  start: Start,
  reached: Omit<Parameters<typeof gatewayEnvironment>[0], 'config' | 'port' | 'base'>,
): Promise<GatewayReady> {
  const port = await chooseGatewayPort(start);
  const env = gatewayEnvironment({ ...reached, base: start.env, config: start.config, port });
  start.log('Starting the gateway ...');
  start.services.gateway = await supervise({
    name: 'the gateway',
    log: start.log,
    start: (stopping) =>
      startGateway({
        command: start.gatewayCommand ?? gatewayCommand,
        cwd: projectRoot,
        env,
        logFile: join(start.dataDir, 'gateway.log'),
        drainMs: start.config.timeouts.drainMs,
        signal: start.signal ? AbortSignal.any([start.signal, stopping]) : stopping,
        onSpawn: noteDown(start, 'gateway'),
      }),
  });
  return (await start.services.gateway.ready()).ready;
}

function controls(start: Start): Pick<Stack, 'pids' | 'kill' | 'waitReady' | 'stop' | 'hasten' | 'abandon'> {
  const supervised = (role: Role): Supervised<LocalService> | undefined => start.services[role];
  return {
    pids: () => ({
      gateway: supervised('gateway')?.current()?.pid,
      temporal: supervised('temporal')?.current()?.pid,
      postgres: supervised('postgres')?.current()?.pid,
    }),
    kill: async (role) => {
      const service = supervised(role);
      if (service === undefined) throw new Error(`There is no ${role} of ours to kill.`);
      await service.kill();
    },
    waitReady: async () => {
      await Promise.all([
        supervised('postgres')?.ready(),
        supervised('temporal')?.ready(),
        supervised('gateway')?.ready(),
      ]);
    },
    stop: () => stopServices(start),
    hasten: () => start.services.gateway?.current()?.hasten(),
    abandon: () => start.pids.forEach((pid) => sendSignal(pid, 'SIGKILL')),
  };
}

/** The gateway first: while it drains, it needs the others. */
async function stopServices(start: Start): Promise<void> {
  const { gateway, temporal, postgres } = start.services;
  await gateway?.stop();
  await temporal?.stop();
  await postgres?.stop();
  start.pids.clear();
  await rm(join(start.dataDir, 'local.json'), { force: true });
  start.runFile.remove();
}

async function prepareDataDirectory(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  // As root, Postgres runs under another account, which must be able to pass through, but not to look around.
  await chmod(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
}

function choosePort(start: Start, usual: number, what: string): Promise<number> {
  return start.ports === 'usual' ? portFrom(usual, what, start.log) : freePort();
}

function chooseGatewayPort(start: Start): Promise<number> {
  const { config } = start;
  if (config.portIsChosen) return requirePort(config.http.port, 'SLUICE_PORT');
  return choosePort(start, config.http.port, 'the gateway');
}

function noteDown(start: Start, role: Role): (pid: number) => void {
  return (pid) => {
    start.pids.set(role, pid);
    start.runFile.note(role, pid);
  };
}
