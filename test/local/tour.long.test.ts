import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../../infra/local/processes.js';
import { readRunFile } from '../../infra/local/run-file.js';
import { bareEnvironment } from '../../infra/runtime/config.js';
import { createTestFolder } from '../support/services.js';
import { startProcess, type StartedProcess } from './started-process.js';

// `npm run tour` checks itself, on real processes; what is left to see here is that it gets to its end and cleans up.

const headlines = [
  '1. An answer',
  '2. A fallback',
  '3. A budget, and a 402',
  '4. An idempotent repeat',
  '5. kill -9 of the gateway in mid-stream',
  '6. The restart',
  '7. The ledger',
];

let folder: string;
const started: StartedProcess[] = [];

beforeAll(async () => {
  folder = await createTestFolder();
});

afterAll(() => {
  // Its supervision is told, so that it takes Postgres and Temporal with it.
  for (const one of started) one.child.kill('SIGTERM');
});

test('the tour shows every step, finds everything as it should be, and leaves nothing behind', async () => {
  const tour = start();
  expect(await tour.exitCode, tour.output()).toBe(0);
  const lines = tour.output().split('\n');
  expect(lines.filter((line) => line.startsWith('== ')).map((line) => line.replace(/^== | =+$/g, ''))).toEqual(
    headlines,
  );
  expect(tour.output()).toMatch(
    /workflow {2}http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/req_[0-9a-f]{32}\n/,
  );
  expect(tour.output()).toContain('The books balance.');
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  // Escape codes are for terminals.
  expect(tour.output()).not.toContain('\u001b');
  expect(await tourFolders()).toEqual([]);
}, 180_000);

test('Ctrl-C ends the tour and leaves nothing behind', async () => {
  const tour = start();
  await tour.says('== 5.');
  const [tourFolder = ''] = await tourFolders();
  const children = Object.values(readRunFile(join(tourFolder, 'run.json'))?.children ?? {});
  expect(children.filter(isAlive)).toHaveLength(3);
  tour.child.kill('SIGINT');
  expect(await tour.exitCode).toBe(130);
  expect(tour.output()).not.toContain('== 6.');
  expect(children.filter(isAlive)).toEqual([]);
  expect(await tourFolders()).toEqual([]);
}, 120_000);

function start(): StartedProcess {
  const one = startProcess('../../infra/local/tour.ts', { ...bareEnvironment(), TMPDIR: folder });
  started.push(one);
  return one;
}

/** Node's own tools keep files beside them. */
async function tourFolders(): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => name.startsWith('sluice-tour-')).map((name) => join(folder, name));
}
