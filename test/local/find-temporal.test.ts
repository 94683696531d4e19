import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findTemporal } from '../../infra/local/find-temporal.js';

let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-find-'));
  said = [];
});

afterEach(() => {
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true });
});

const find = (command: string, obtain = false): Promise<string> =>
  findTemporal({ cacheDir: join(folder, 'cache'), command, obtain, log: (line) => said.push(line) });

test('what is on PATH comes first, then the cache; a server that is too old is passed over', async () => {
  const recent = script(join(folder, 'recent'), '1.32.0');
  const old = script(join(folder, 'old'), '1.25.2');
  const cached = script(join(folder, 'cache', 'temporal-cli-1.5.1', 'temporal'), '1.29.1');
  expect(await find(recent)).toBe(recent);
  expect(said).toEqual([]);
  expect(await find(old)).toBe(cached);
  expect(said).toEqual([expect.stringContaining('needs Temporal server 1.29 or newer')]);
});

test('a download is unpacked into the cache, whole and executable', async () => {
  script(join(folder, 'temporal'), '1.29.1');
  execFileSync('tar', ['-czf', join(folder, 'a.tar.gz'), '-C', folder, 'temporal']);
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(readFileSync(join(folder, 'a.tar.gz')))));
  expect(await find('no-such-temporal', true)).toBe(join(folder, 'cache', 'temporal-cli-1.5.1', 'temporal'));
});

test('where nothing helps, one sentence says what to install', async () => {
  await expect(find('no-such-temporal')).rejects.toThrow(
    /^Temporal was not found: install its CLI .* or set TEMPORAL_ADDRESS to a server of yours\.$/,
  );
});

function script(path: string, server: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "temporal version 0.0.0-DEV (Server ${server}, UI 2.42.1)"\n`);
  chmodSync(path, 0o755);
  return path;
}
