import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Log } from './processes.js';
import { readServerLog, openServerLog } from './server-log.js';

const run = promisify(execFile);

/** The newest version that builds through Go modules without a `replace`; its server is 1.29.1. */
export const temporalCliVersion = '1.5.1';

const firstByteTimeoutMs = 8_000;
const downloadTimeoutMs = 180_000;
const progressEveryMs = 20_000;

/** Downloads the official release to `target`. Throws where the internet is not open. */
export async function downloadTemporal(target: string, log: Log, signal?: AbortSignal): Promise<void> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const url = `https://temporal.download/cli/archive/v${temporalCliVersion}?platform=${process.platform}&arch=${arch}`;
  const abort = new AbortController();
  const either = signal ? AbortSignal.any([abort.signal, signal]) : abort.signal;
  const firstByte = setTimeout(() => abort.abort(new Error('no answer')), firstByteTimeoutMs);
  const total = setTimeout(() => abort.abort(new Error('too slow')), downloadTimeoutMs);
  try {
    const response = await fetch(url, { signal: either });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    clearTimeout(firstByte);
    log(`Downloading Temporal ${temporalCliVersion} (about 40 MB) ...`);
    const { body } = response;
    await intoPlace(target, async (folder, draft) => {
      const archive = join(folder, 'temporal.tar.gz');
      await pipeline(Readable.fromWeb(body), createWriteStream(archive), { signal: either });
      await run('tar', ['-xzf', archive, '-C', folder, 'temporal']);
      await rename(join(folder, 'temporal'), draft);
    });
  } finally {
    clearTimeout(firstByte);
    clearTimeout(total);
  }
}

/** Builds the same version from source through the Go module proxy: about five CPU minutes, once. */
export async function buildTemporal(target: string, log: Log, signal?: AbortSignal): Promise<void> {
  const started = Date.now();
  log(
    `Building Temporal ${temporalCliVersion} with Go; this takes two to five minutes, more over a slow network, once ...`,
  );
  const progress = setInterval(
    () => log(`... still building Temporal (${Math.round((Date.now() - started) / 1_000)} s)`),
    progressEveryMs,
  );
  try {
    await intoPlace(target, async (folder, draft) => {
      await writeFile(
        join(folder, 'go.mod'),
        `module sluice.local/temporal\n\nrequire github.com/temporalio/cli v${temporalCliVersion}\n`,
      );
      // `-mod=mod` lets Go complete a go.mod that names nothing but the one requirement.
      const flags = ['build', '-mod=mod', '-ldflags', '-s -w', '-o', draft];
      await runLogged('go', [...flags, 'github.com/temporalio/cli/cmd/temporal'], folder, signal);
    });
  } finally {
    clearInterval(progress);
  }
  log(`Built Temporal in ${Math.round((Date.now() - started) / 1_000)} s.`);
}

export async function hasGo(): Promise<boolean> {
  return run('go', ['version']).then(
    () => true,
    () => false,
  );
}

/** Lets `make` write a draft and renames it: another process sees a whole binary or none. */
async function intoPlace(target: string, make: (folder: string, draft: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), 'sluice-temporal-'));
  // Beside the target, because a rename does not cross file systems.
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  const unpacked = join(folder, 'draft');
  try {
    await make(folder, unpacked);
    await chmod(unpacked, 0o755);
    if ((await stat(unpacked)).size === 0) throw new Error('an empty file came out');
    await run('cp', [unpacked, draft]);
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

async function runLogged(
  command: string,
  argumentList: readonly string[],
  cwd: string,
  signal?: AbortSignal,
): Promise<void> {
  const path = join(cwd, 'build.log');
  const output = openServerLog(path);
  const child = spawn(command, argumentList, { cwd, signal, stdio: ['ignore', output.fd, output.fd] });
  output.close();
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} failed: ${readServerLog(path, 0, 800)}`)),
    );
  });
}
