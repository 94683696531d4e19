import { spawn, type ChildProcess } from 'node:child_process';
import { z } from 'zod';
import { describeExit, endChild, sendSignal, type Exit, type LocalService } from './processes.js';
import { openServerLog, readServerLog } from './server-log.js';

const readyTimeoutMs = 180_000;
/** Beyond the gateway's own limit for draining, by which it should have gone by itself. */
const drainReserveMs = 10_000;
const hastenedMs = 3_000;

const readyMessage = z.object({
  type: z.literal('ready'),
  baseUrl: z.string(),
  apiKey: z.string(),
  adminKey: z.string(),
  vendors: z.array(z.object({ id: z.string(), spendsMoney: z.boolean() })),
  localLimitUsd: z.string(),
  logLine: z.string().optional(),
});

/** What the gateway tells its supervisor once it serves requests. */
export type GatewayReady = z.infer<typeof readyMessage>;

export interface GatewayOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes what the gateway prints. */
  readonly logFile: string;
  readonly drainMs: number;
  /** Gives up on a start in progress. */
  readonly signal?: AbortSignal;
  readonly onSpawn?: (pid: number) => void;
}

export interface GatewayProcess extends LocalService {
  readonly ready: GatewayReady;
  /** Cuts a stop in progress short: what is unfinished is taken up at the next start. */
  hasten(): void;
}

/** Starts the gateway as a child with an IPC channel, whose end tells it that we have died, and waits until it serves. */
export async function startGateway(options: GatewayOptions): Promise<GatewayProcess> {
  const { child, exited, logOffset } = spawnGateway(options);
  const pid = child.pid ?? 0;
  const abort = (): void => sendSignal(pid, 'SIGKILL');
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const outcome = await Promise.race([readiness(child, exited), exited]);
    if ('type' in outcome) return describeGateway(options, { pid, exited }, outcome);
    const said = readServerLog(options.logFile, logOffset, 3_000);
    throw new Error(`The gateway ended while it started (${describeExit(outcome)}):\n${said}`);
  } catch (error) {
    sendSignal(pid, 'SIGKILL');
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

function describeGateway(
  options: GatewayOptions,
  child: { pid: number; exited: Promise<Exit> },
  ready: GatewayReady,
): GatewayProcess {
  return {
    ...child,
    ready,
    stop: () => endChild(child, 'SIGTERM', options.drainMs + drainReserveMs),
    hasten: () => {
      sendSignal(child.pid, 'SIGTERM');
      const timer = setTimeout(() => sendSignal(child.pid, 'SIGKILL'), hastenedMs);
      void child.exited.then(() => clearTimeout(timer));
    },
  };
}

function spawnGateway(options: GatewayOptions): { child: ChildProcess; exited: Promise<Exit>; logOffset: number } {
  const [program = process.execPath, ...argumentList] = options.command;
  const serverLog = openServerLog(options.logFile);
  const child = spawn(program, argumentList, {
    cwd: options.cwd,
    env: options.env,
    // A process group of its own: Ctrl-C at the terminal is for us, and we let the gateway drain.
    detached: true,
    stdio: ['ignore', serverLog.fd, serverLog.fd, 'ipc'],
  });
  serverLog.close();
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
    child.once('error', () => resolve({}));
  });
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  return { child, exited, logOffset: serverLog.offset };
}

function readiness(child: ChildProcess, exited: Promise<Exit>): Promise<GatewayReady> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The gateway was not ready within ${readyTimeoutMs / 1_000} s.`)),
      readyTimeoutMs,
    );
    void exited.then(() => clearTimeout(timer));
    child.on('message', (message) => {
      const parsed = readyMessage.safeParse(message);
      if (!parsed.success) return;
      clearTimeout(timer);
      resolve(parsed.data);
    });
  });
}
