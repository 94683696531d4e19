import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { identify, isAlive, stopProcess, type Log, type ProcessIdentity } from './processes.js';

const identity = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
const record = z.object({ owner: identity, children: z.record(z.string(), identity) });

/** Who runs from a data folder, and what it has started; lets the next start clean up after a `kill -9`. */
export type RunRecord = z.infer<typeof record>;

export interface RunFile {
  /** Notes a child down, in place of an earlier one of the same name. */
  note(role: string, pid: number): void;
  forget(role: string): void;
  remove(): void;
}

export class AlreadyRunningError extends Error {
  readonly owner: ProcessIdentity;

  constructor(owner: ProcessIdentity) {
    super(`Sluice already runs from this folder (process ${owner.pid}).`);
    this.name = 'AlreadyRunningError';
    this.owner = owner;
  }
}

/** The gateway goes first and Postgres last, because each needs those after it to finish its work. */
const stopOrder = ['gateway', 'temporal', 'postgres'];

/**
 * Takes the folder for this process: refuses with `AlreadyRunningError` where another one lives in it, and stops what a
 * dead one left behind. Processes are known by pid and start time together, so that no stranger is ever stopped.
 */
export async function takeRunFile(path: string, log: Log): Promise<RunFile> {
  const self = identify(process.pid);
  if (self === undefined) throw new Error('This process cannot find itself among the running ones.');
  const empty: RunRecord = { owner: self, children: {} };
  while (!createExclusively(path, empty)) {
    const earlier = readRunFile(path);
    if (earlier !== undefined && isAlive(earlier.owner)) throw new AlreadyRunningError(earlier.owner);
    if (earlier !== undefined) await stopLeftovers(earlier, log);
    rmSync(path, { force: true });
  }
  return openRunFile(path, empty);
}

/** The record at `path`; `undefined` where there is none or a kill has cut it short. */
export function readRunFile(path: string): RunRecord | undefined {
  try {
    return record.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Stops those children of a dead process that still run. */
export async function stopLeftovers(earlier: RunRecord, log: Log): Promise<void> {
  const roles = Object.keys(earlier.children).sort((a, b) => stopOrder.indexOf(a) - stopOrder.indexOf(b));
  for (const role of roles) {
    const child = earlier.children[role];
    if (child === undefined || !isAlive(child)) continue;
    log(`Stopping the ${role} that an earlier start left behind (pid ${child.pid}) ...`);
    // Postgres knows SIGINT as its fast stop; on SIGTERM it would wait for its clients.
    await stopProcess(child, [
      { signal: role === 'postgres' ? 'SIGINT' : 'SIGTERM', waitMs: 10_000 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ]);
  }
}

function openRunFile(path: string, initial: RunRecord): RunFile {
  const children = { ...initial.children };
  const save = (): void => {
    // By a rename, so that a kill in the middle leaves the file whole.
    writeFileSync(`${path}.draft`, JSON.stringify({ owner: initial.owner, children }), { mode: 0o600 });
    renameSync(`${path}.draft`, path);
  };
  return {
    note: (role, pid) => {
      const child = identify(pid);
      if (child === undefined) return;
      children[role] = child;
      save();
    },
    forget: (role) => {
      delete children[role];
      save();
    },
    remove: () => rmSync(path, { force: true }),
  };
}

function createExclusively(path: string, content: RunRecord): boolean {
  try {
    writeFileSync(path, JSON.stringify(content), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
