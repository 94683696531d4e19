import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Log } from './processes.js';
import { buildTemporal, downloadTemporal, hasGo, temporalCliVersion } from './temporal-fetch.js';

const run = promisify(execFile);
/** Older servers lack eager activities and the priority matcher that our flags switch on. */
const oldestServer = { major: 1, minor: 29 };

export interface FindTemporalOptions {
  /** Sluice's own cache, for example `~/.cache/sluice`. */
  readonly cacheDir: string;
  readonly log: Log;
  /** The command to look for on PATH; another name only in tests. */
  readonly command?: string;
  /** False keeps to what is on this machine already. */
  readonly obtain?: boolean;
  /** Gives up on a download or a build in progress. */
  readonly signal?: AbortSignal;
}

/**
 * The Temporal CLI, whose development server we run: from PATH, from our cache, from its makers, built from source; in
 * this order. Throws one sentence on what to install where none of it works.
 */
export async function findTemporal(options: FindTemporalOptions): Promise<string> {
  const { log } = options;
  const onPath = options.command ?? 'temporal';
  if (await isUsable(onPath, log)) return onPath;
  const cached = join(options.cacheDir, `temporal-cli-${temporalCliVersion}`, 'temporal');
  if (await isUsable(cached, log)) return cached;
  if (options.obtain !== false) {
    if (await attempt('Downloading Temporal did not work', () => downloadTemporal(cached, log, options.signal), log)) {
      if (await isUsable(cached, log)) return cached;
    }
    options.signal?.throwIfAborted();
    if (
      (await hasGo()) &&
      (await attempt('Building Temporal did not work', () => buildTemporal(cached, log, options.signal), log))
    ) {
      if (await isUsable(cached, log)) return cached;
    }
  }
  throw new Error(
    'Temporal was not found: install its CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH, or install Go (1.26 or newer) to have it built, or set TEMPORAL_ADDRESS to a server of yours.',
  );
}

async function isUsable(binary: string, log: Log): Promise<boolean> {
  try {
    const { stdout } = await run(binary, ['--version'], { timeout: 20_000 });
    const server = /Server (\d+)\.(\d+)/.exec(stdout);
    const [major, minor] = [Number(server?.[1]), Number(server?.[2])];
    if (major > oldestServer.major || (major === oldestServer.major && minor >= oldestServer.minor)) return true;
    log(
      `Passing over ${binary}, because Sluice needs Temporal server ${oldestServer.major}.${oldestServer.minor} or newer: ${stdout.trim()}`,
    );
    return false;
  } catch (error) {
    // Not there is the ordinary case; there but broken is worth a word. A folder on PATH that is closed to us makes a
    // search for a bare name end with EACCES.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && !(code === 'EACCES' && !binary.includes('/')))
      log(`Passing over ${binary}: ${(error as Error).message.split('\n')[0]}`);
    return false;
  }
}

async function attempt(complaint: string, work: () => Promise<void>, log: Log): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const cause = (error as { cause?: { message?: string } }).cause?.message;
    log(`${complaint}: ${cause ?? (error as Error).message}`);
    return false;
  }
}
