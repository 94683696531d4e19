import { setTimeout as sleep } from 'node:timers/promises';
import { describeExit, sendSignal, type LocalService, type Log } from './processes.js';

/** Before each start after a failure; the last one repeats. The first is immediate, because most deaths are single. */
const backoffMs = [0, 500, 1_000, 2_000, 5_000];
/** Having lived this long, a service begins again at the first step of the backoff. */
const settledMs = 30_000;

export interface Supervised<T extends LocalService> {
  /** `undefined` while it is down. */
  current(): T | undefined;
  /** Resolves when the service is up, at once where it is; rejects once it is being stopped. */
  ready(): Promise<T>;
  /** SIGKILL, as a test of what follows; resolves when the process has gone. It is started again like after any other death. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface SuperviseOptions<T extends LocalService> {
  /** For people: "the gateway". */
  readonly name: string;
  /** The signal is aborted when the service is stopped in the middle of a start. */
  start(signal: AbortSignal): Promise<T>;
  readonly log: Log;
}

/** Starts a service, and starts it again whenever it dies by itself. Rejects where the very first start fails. */
export async function supervise<T extends LocalService>(options: SuperviseOptions<T>): Promise<Supervised<T>> {
  const title = options.name.charAt(0).toUpperCase() + options.name.slice(1);
  const stopping = new AbortController();
  const waiting = createWaitingList<T>();
  let current: T | undefined = await options.start(stopping.signal);

  const livesUntilStopped = async (first: T): Promise<void> => {
    let service = first;
    let failures = 0;
    while (!stopping.signal.aborted) {
      const upSince = Date.now();
      const exit = await service.exited;
      current = undefined;
      if (stopping.signal.aborted) return;
      if (Date.now() - upSince > settledMs) failures = 0;
      options.log(`${title} ended unexpectedly (${describeExit(exit)}); starting it again.`);
      const next = await startAgain(options, stopping.signal, failures);
      if (next === undefined) return;
      failures += 1;
      service = current = next;
      options.log(`${title} is up again.`);
      waiting.resolveAll(next);
    }
  };
  const ended = livesUntilStopped(current);

  return {
    current: () => current,
    ready: () => {
      if (stopping.signal.aborted) return Promise.reject(new Error(`${title} is being stopped.`));
      return current === undefined ? waiting.join() : Promise.resolve(current);
    },
    kill: async () => {
      const victim = current;
      if (victim === undefined) return;
      // Down from this moment on: a wait for readiness that follows means the next start.
      current = undefined;
      sendSignal(victim.pid, 'SIGKILL');
      await victim.exited;
    },
    stop: async () => {
      stopping.abort();
      waiting.rejectAll(new Error(`${title} is being stopped.`));
      await current?.stop();
      await ended;
    },
  };
}

/** Tries until the service is up; `undefined` where it is being stopped meanwhile. */
async function startAgain<T extends LocalService>(
  options: SuperviseOptions<T>,
  stopping: AbortSignal,
  earlierFailures: number,
): Promise<T | undefined> {
  for (let failures = earlierFailures; !stopping.aborted; failures += 1) {
    const delayMs = backoffMs[Math.min(failures, backoffMs.length - 1)];
    await sleep(delayMs, undefined, { signal: stopping }).catch(() => {});
    if (stopping.aborted) return undefined;
    try {
      const service = await options.start(stopping);
      if (!stopping.aborted) return service;
      // Stopped while it was starting: nobody else knows of it yet.
      await service.stop();
    } catch (error) {
      if (!stopping.aborted) options.log(`Starting ${options.name} again did not work: ${(error as Error).message}`);
    }
  }
  return undefined;
}

interface WaitingList<T> {
  join(): Promise<T>;
  resolveAll(value: T): void;
  rejectAll(error: Error): void;
}

function createWaitingList<T>(): WaitingList<T> {
  const waiters: { resolve: (value: T) => void; reject: (error: Error) => void }[] = [];
  const takeAll = (): typeof waiters => waiters.splice(0);
  return {
    join: () => new Promise((resolve, reject) => waiters.push({ resolve, reject })),
    resolveAll: (value) => takeAll().forEach((waiter) => waiter.resolve(value)),
    rejectAll: (error) => takeAll().forEach((waiter) => waiter.reject(error)),
  };
}
