import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removePostgresData } from '../postgres-data.js';
import { isAlive, type Log } from '../processes.js';
import { readRunFile, stopLeftovers } from '../run-file.js';

const prefix = 'sluice-tour-';

/** A folder for one tour. What a tour that was killed has left behind is stopped and deleted first. */
export async function makeTourFolder(log: Log): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    if (name.startsWith(prefix)) await removeAbandoned(join(tmpdir(), name), log);
  }
  return mkdtemp(join(tmpdir(), prefix));
}

export async function removeTourFolder(folder: string): Promise<void> {
  await removePostgresData(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}

async function removeAbandoned(folder: string, log: Log): Promise<void> {
  const found = await lstat(folder).catch(() => undefined);
  // Anybody may make a folder of this name, and write into it what would make us end a stranger's processes.
  if (found?.isDirectory() !== true || found.uid !== process.getuid?.()) return;
  const run = readRunFile(join(folder, 'run.json'));
  if (run === undefined || isAlive(run.owner)) return;
  await stopLeftovers(run, log);
  await removeTourFolder(folder);
}
