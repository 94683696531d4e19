import { readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { identify, isAlive, type ProcessIdentity } from '../../infra/local/processes.js';
import { readRunFile, stopLeftovers } from '../../infra/local/run-file.js';
import { bareEnvironment } from '../../infra/runtime/config.js';
import { createTestFolder } from '../support/services.js';
import { startProcess, type StartedProcess } from './started-process.js';

// One data folder through its life: first start, second start beside it, kill -9, start again, Ctrl-C.

let dataDir: string;
let env: Record<string, string>;
const busy: Server[] = [];
const started: StartedProcess[] = [];

beforeAll(async () => {
  dataDir = join(await createTestFolder(), '.sluice');
  env = {
    ...bareEnvironment(),
    SLUICE_DATA_DIR: dataDir,
    TEMPORAL_ADDRESS: inject('temporalAddress') ?? '',
    STAND_IN_LINGERS: 'yes',
  };
});

afterAll(async () => {
  for (const one of started) one.child.kill('SIGKILL');
  const leftover = readRunFile(join(dataDir, 'run.json'));
  if (leftover !== undefined) await stopLeftovers(leftover, () => {});
  busy.forEach((server) => server.close());
});

test('starts, moves a busy default port, and prints what a person needs', async () => {
  await occupy(8787);
  const first = start();
  await first.says('Ctrl-C stops it');
  const local = await readLocal();
  expect(first.output()).toContain('Port 8787 is busy; the gateway takes');
  expect(new URL(local.baseUrl).port).not.toBe('8787');
  expect(first.output()).toContain('openai, at most 20 USD');
  expect(first.output()).toContain(
    `curl -sS ${local.baseUrl}/v1/chat/completions -H 'Authorization: Bearer ${local.apiKey}'`,
  );
  expect(local.apiKey).toMatch(/^sk-sluice-[A-Za-z0-9_-]{43}$/);
  expect((await fetch(local.baseUrl)).ok).toBe(true);
  for (const file of ['local.json', 'secrets.json', 'run.json'])
    expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
});

test('a second start beside the first is refused and harms nothing', async () => {
  const before = await readLocal();
  const second = start();
  expect(await second.exitCode).toBe(1);
  expect(second.output()).toContain(`It serves ${before.baseUrl}.`);
  expect((await fetch(before.baseUrl)).ok).toBe(true);
});

test('after kill -9 the next start ends what was left and comes up with the same keys', async () => {
  const before = await readLocal();
  const orphans = children();
  expect(Object.keys(orphans).sort()).toEqual(['gateway', 'postgres']);
  const [first] = started;
  first?.child.kill('SIGKILL');
  await first?.exitCode;
  // Otherwise this would test nothing.
  for (const orphan of Object.values(orphans)) expect(isAlive(orphan)).toBe(true);

  const third = start();
  await third.says('Ctrl-C stops it');
  expect(third.output()).toContain('Stopping the gateway that an earlier start left behind');
  expect(third.output()).toContain('Stopping the postgres that an earlier start left behind');
  for (const orphan of Object.values(orphans)) expect(isAlive(orphan)).toBe(false);
  const after = await readLocal();
  expect([after.apiKey, after.adminKey]).toEqual([before.apiKey, before.adminKey]);
});

test('Ctrl-C stops everything and exits with 0', async () => {
  const running = Object.values(children());
  const current = started.at(-1);
  current?.child.kill('SIGINT');
  expect(await current?.exitCode).toBe(0);
  for (const child of running) expect(isAlive(child)).toBe(false);
  await expect(stat(join(dataDir, 'run.json'))).rejects.toThrow('ENOENT');
  await expect(stat(join(dataDir, 'local.json'))).rejects.toThrow('ENOENT');
});

test('a busy port that the user named is an error, and nothing stays behind', async () => {
  const port = await occupy(0);
  const refused = start({ SLUICE_PORT: String(port) });
  expect(await refused.exitCode).toBe(1);
  expect(refused.output()).toContain(`Port ${port} (SLUICE_PORT) cannot be listened on`);
  await expect(stat(join(dataDir, 'run.json'))).rejects.toThrow('ENOENT');
});

test('a recorded pid that now belongs to somebody else is left alone', async () => {
  const self = identify(process.pid);
  expect(self).toBeDefined();
  const stranger = { pid: process.pid, startedAt: 'another time' };
  const said: string[] = [];
  await stopLeftovers({ owner: stranger, children: { gateway: stranger } }, (line) => said.push(line));
  expect(said).toEqual([]);
});

function start(more: Record<string, string> = {}): StartedProcess {
  const one = startProcess('./start-with-stand-in.ts', { ...env, ...more });
  started.push(one);
  return one;
}

async function readLocal(): Promise<{ baseUrl: string; apiKey: string; adminKey: string }> {
  return JSON.parse(await readFile(join(dataDir, 'local.json'), 'utf8')) as {
    baseUrl: string;
    apiKey: string;
    adminKey: string;
  };
}

function children(): Record<string, ProcessIdentity> {
  return readRunFile(join(dataDir, 'run.json'))?.children ?? {};
}

/** Resolves with the port also where somebody else on this machine listens on it already: busy is busy. */
function occupy(port: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(port));
    server.listen(port, '127.0.0.1', () => {
      busy.push(server);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
