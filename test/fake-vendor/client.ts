import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FakeVendorControls } from './controls.js';
import { patienceMs } from './controls.js';
import type { HeldRequest } from './holds.js';
import type { VendorLogEntry } from './request-log.js';

/** Controls a fake vendor that runs in another process, over its control API. */
export const fakeVendorClient = (url: string): FakeVendorControls => {
  const ask = async <T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/control/${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = (await response.json()) as T & { readonly error?: string };
    if (!response.ok) throw new Error(answer.error ?? `fake vendor: ${path} answered ${response.status}`);
    return answer;
  };
  const held = (count: number, timeoutMs: number) =>
    ask<readonly HeldRequest[]>('GET', `held?atLeast=${count}&timeoutMs=${timeoutMs}`);
  const log = (wanted: string, timeoutMs: number) =>
    ask<readonly VendorLogEntry[]>('GET', `log?${wanted}&timeoutMs=${timeoutMs}`);
  return {
    script: async (script) => void (await ask('POST', 'script', script)),
    held: () => held(0, patienceMs),
    waitForHeld: (count, timeoutMs = patienceMs) => held(count, timeoutMs),
    release: async (target = 'all') => {
      const body = target === 'all' ? { all: true } : { id: target };
      return (await ask<{ readonly released: number }>('POST', 'release', body)).released;
    },
    log: () => log('received=0', patienceMs),
    waitForReceived: (count, timeoutMs = patienceMs) => log(`received=${count}`, timeoutMs),
    waitForEnded: (count, timeoutMs = patienceMs) => log(`ended=${count}`, timeoutMs),
    reset: async () => void (await ask('POST', 'reset', {})),
  };
};

export interface SpawnedFakeVendor extends FakeVendorControls {
  readonly url: string;
  readonly openaiBaseUrl: string;
  readonly anthropicBaseUrl: string;
  readonly pid: number;
  /** Kills the process and resolves once it is gone. */
  close(): Promise<void>;
}

/** Starts a fake vendor in a process of its own, which outlives whatever a crash test kills. `logFile` gets JSON lines. */
export const spawnFakeVendor = async (
  options: { readonly logFile?: string; readonly logBodies?: boolean } = {},
): Promise<SpawnedFakeVendor> => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const log = options.logFile === undefined ? [] : ['--log', options.logFile];
  const flags = ['--port', '0', '--control', ...log, ...(options.logBodies === true ? ['--log-bodies'] : [])];
  // `node --import tsx` instead of the `tsx` command: the latter is a parent process that would take the kill.
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    void gone.then(() => reject(new Error('fake vendor: the process ended before it said its URL')));
  });
  const { url } = JSON.parse(line) as { readonly url: string };
  const close = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  return {
    ...fakeVendorClient(url),
    url,
    openaiBaseUrl: `${url}/v1`,
    anthropicBaseUrl: url,
    pid: child.pid ?? 0,
    close,
  };
};
