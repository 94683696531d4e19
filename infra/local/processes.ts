import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Says one line to the person at the terminal. */
export type Log = (line: string) => void;

/** How a process ended; one of the two is set. */
export interface Exit {
  readonly code?: number;
  readonly signal?: string;
}

/** A running server that we started. */
export interface LocalService {
  readonly pid: number;
  /** Resolves when the process is gone, for whatever reason; never rejects. */
  readonly exited: Promise<Exit>;
  stop(): Promise<void>;
}

/** Enough to recognise a process later, although its pid may have been given to another one meanwhile. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: the boot and the clock tick of the start on Linux, the start time that `ps` prints elsewhere. */
  readonly startedAt: string;
}

/**
 * The identity of a live process; `undefined` once it has ended, also while it is a zombie. Synchronous, so that a child
 * can be noted down in the very turn that started it.
 */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/** The whole command line, arguments parted by spaces; empty where it cannot be read. */
export function commandLine(pid: number): string {
  if (process.platform === 'linux') return (readOrUndefined(`/proc/${pid}/cmdline`) ?? '').split('\0').join(' ').trim();
  return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

/** Sends the signals in turn, each after the one before had its time, until the process has gone. */
export async function stopProcess(
  identity: ProcessIdentity,
  steps: readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[],
): Promise<void> {
  for (const { signal, waitMs } of steps) {
    if (!isAlive(identity)) return;
    sendSignal(identity.pid, signal);
    const deadline = Date.now() + waitMs;
    while (Date.now() < deadline) {
      if (!isAlive(identity)) return;
      await sleep(25);
    }
  }
  if (isAlive(identity)) throw new Error(`Process ${identity.pid} does not end.`);
}

/** Ends our own child: `gentle` first, SIGKILL once `graceMs` has passed. Resolves when it has gone. */
export async function endChild(
  child: { readonly pid: number; readonly exited: Promise<Exit> },
  gentle: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  let gone = false;
  const exited = child.exited.then(() => {
    gone = true;
  });
  sendSignal(child.pid, gentle);
  const timer = setTimeout(() => {
    if (!gone) sendSignal(child.pid, 'SIGKILL');
  }, graceMs);
  await exited;
  clearTimeout(timer);
}

/** A process that has just ended is no error: that is what the caller wanted. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  // 0 stands for a child that could not be started; to the system it would mean our whole process group.
  if (pid <= 1) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function describeExit(exit: Exit): string {
  return exit.signal === undefined ? `exit code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
}

function startOnLinux(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the name in parentheses and may hold spaces and parentheses itself, so the rest starts after the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${(readOrUndefined('/proc/sys/kernel/random/boot_id') ?? '').trim()}:${fields[19]}`;
}

function startByPs(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [state = '', ...start] = stdout.trim().split(/\s+/);
  return state === '' || state.startsWith('Z') ? undefined : start.join(' ');
}

/** A process may end while its entry is read, which makes the read fail in several ways that all mean the same. */
function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
