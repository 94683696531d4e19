import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import getPort from 'get-port';
import { describeExit, endChild, sendSignal, type Exit, type LocalService, type Log } from './processes.js';
import { openServerLog, readServerLog } from './server-log.js';
import { searchAttributeNames } from '../../workflows/contracts/search-attributes.js';
import { temporalArguments } from './temporal-flags.js';

const readyTimeoutMs = 60_000;
const attemptTimeoutMs = 5_000;

export interface TemporalOptions {
  /** From `findTemporal`. */
  readonly binary: string;
  /** The SQLite file, made where it is missing; the server's log lies beside it. */
  readonly dbFile: string;
  readonly port: number;
  readonly uiPort: number;
  readonly namespace?: string;
  readonly log: Log;
  /** Called as soon as the process exists, well before it is ready. */
  readonly onSpawn?: (pid: number) => void;
}

export interface LocalTemporal extends LocalService {
  /** `host:port` for clients and workers. */
  readonly address: string;
  readonly uiUrl: string;
}

/** Starts Temporal's development server on loopback, on the data of the last time, and waits until its namespace answers. */
export async function startTemporal(options: TemporalOptions): Promise<LocalTemporal> {
  const namespace = options.namespace ?? 'default';
  const dbFile = resolve(options.dbFile);
  const logFile = resolve(dirname(dbFile), 'server.log');
  await mkdir(dirname(dbFile), { recursive: true, mode: 0o700 });
  const [http, metrics] = [await getPort({ host: '127.0.0.1' }), await getPort({ host: '127.0.0.1' })];
  const ports = { grpc: options.port, ui: options.uiPort, http, metrics };
  const { child, logOffset } = spawnTemporal(options, temporalArguments({ dbFile, namespace, ports }), logFile);
  const address = `127.0.0.1:${options.port}`;
  const exit = await Promise.race([child.exited, answers(address, namespace, child.exited)]).catch((error: unknown) => {
    sendSignal(child.pid, 'SIGKILL');
    throw error;
  });
  if (exit !== 'ready') {
    throw new Error(
      `Temporal ended while it started (${describeExit(exit)}):\n${readServerLog(logFile, logOffset, 1_500)}`,
    );
  }
  return {
    address,
    uiUrl: `http://127.0.0.1:${options.uiPort}`,
    pid: child.pid,
    exited: child.exited,
    stop: () => endChild(child, 'SIGTERM', 10_000),
  };
}

function spawnTemporal(
  options: TemporalOptions,
  argumentList: readonly string[],
  logFile: string,
): { child: { pid: number; exited: Promise<Exit> }; logOffset: number } {
  const serverLog = openServerLog(logFile);
  const child = spawn(options.binary, argumentList, {
    // A process group of its own: Ctrl-C at the terminal is for us, and we stop Temporal after the gateway.
    detached: true,
    stdio: ['ignore', serverLog.fd, serverLog.fd],
  });
  serverLog.close();
  const exited = new Promise<Exit>((done) => {
    child.once('exit', (code, signal) => done({ code: code ?? undefined, signal: signal ?? undefined }));
    child.once('error', (error) => {
      options.log(`Temporal could not be run: ${error.message}`);
      done({});
    });
  });
  const pid = child.pid ?? 0;
  if (pid !== 0) options.onSpawn?.(pid);
  return { child: { pid, exited }, logOffset: serverLog.offset };
}

/** Resolves once the namespace and its search attributes are there: they come a moment after the port opens. */
async function answers(address: string, namespace: string, exited: Promise<Exit>): Promise<'ready'> {
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  const deadline = Date.now() + readyTimeoutMs;
  let lastError: unknown;
  while (!gone && Date.now() < deadline) {
    try {
      if (await isReady(address, namespace)) return 'ready';
    } catch (error) {
      lastError = error;
    }
    await sleep(100);
  }
  // The race is decided by the exit, which must come first.
  if (gone) return new Promise(() => {});
  throw new Error(`Temporal did not answer within ${readyTimeoutMs / 1_000} s.`, { cause: lastError });
}

async function isReady(address: string, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: attemptTimeoutMs });
  try {
    return await connection.withDeadline(Date.now() + attemptTimeoutMs, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      return Object.values(searchAttributeNames).every((name) => customAttributes?.[name] !== undefined);
    });
  } finally {
    await connection.close();
  }
}
