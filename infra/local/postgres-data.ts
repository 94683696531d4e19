import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { sharedDirectory, type PostgresBinaries } from './postgres-binaries.js';
import { commandLine, identify, stopProcess, type Log } from './processes.js';
import { accountCan, type Account } from './run-as.js';

const run = promisify(execFile);

export const superuser = 'sluice';

/** Nothing of our own environment may steer Postgres (PGDATA, PGPORT, a foreign locale). */
export const postgresEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

export interface PostgresHome {
  /** The cluster itself. */
  readonly data: string;
  readonly logFile: string;
  readonly passwordFile: string;
}

/**
 * Makes `dataDir` a folder that the account can work in, and tells where things lie in it. Where a private folder above
 * it (such as /root) keeps the account out, the folder moves to a shared place and `dataDir` becomes a link to it.
 */
export async function preparePostgresHome(
  dataDir: string,
  account: Account | undefined,
  log: Log,
): Promise<PostgresHome> {
  const link = resolve(dataDir);
  await reviveDanglingLink(link);
  await mkdir(link, { recursive: true, mode: 0o700 });
  let home = await realpath(link);
  if (account !== undefined) {
    await chown(home, account.uid, account.gid);
    if (!(await accountCan(account, '-w', home))) home = await moveOutside(link, account, log);
  }
  await chmod(home, 0o700);
  return { data: join(home, 'data'), logFile: join(home, 'server.log'), passwordFile: join(home, 'password') };
}

/** Deletes the folder, also where `dataDir` is only a link to it. */
export async function removePostgresData(dataDir: string): Promise<void> {
  const target = await realpath(dataDir).catch(() => undefined);
  if (target !== undefined) await rm(target, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

/** The superuser's password, made once; only we and the account can read it. */
export async function postgresPassword(home: PostgresHome, account: Account | undefined): Promise<string> {
  const existing = await readFile(home.passwordFile, 'utf8').catch(() => '');
  if (existing.trim() !== '') return existing.trim();
  const password = randomBytes(24).toString('base64url');
  const draft = `${home.passwordFile}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, password, { mode: 0o600 });
  if (account !== undefined) await chown(draft, account.uid, account.gid);
  await rename(draft, home.passwordFile);
  return password;
}

/** Makes the cluster where there is none. In one step, by a rename: a kill in the middle leaves no half a cluster. */
export async function initialise(
  home: PostgresHome,
  options: {
    readonly binaries: PostgresBinaries;
    readonly account: Account | undefined;
    readonly durable: boolean;
    readonly log: Log;
  },
): Promise<void> {
  const version = await readFile(join(home.data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version !== undefined) return refuseOtherVersion(version.trim(), options.binaries, home.data);
  options.log('Preparing a new Postgres database ...');
  const draft = `${home.data}.${randomBytes(4).toString('hex')}`;
  const flags = ['--pgdata', draft, '--username', superuser, '--pwfile', home.passwordFile, '--auth', 'scram-sha-256'];
  const locale = ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'];
  await run(
    options.binaries.initdb,
    [...flags, ...locale, '--no-instructions', ...(options.durable ? [] : ['--no-sync'])],
    {
      cwd: '/',
      env: postgresEnvironment,
      ...(options.account && { uid: options.account.uid, gid: options.account.gid }),
    },
  ).catch((error: unknown) => {
    const { stderr, message } = error as Error & { readonly stderr?: string };
    throw new Error(`initdb failed: ${stderr?.trim() || message}`);
  });
  await rename(draft, home.data);
}

/** Stops a Postgres that an earlier start left on this cluster; leaves any other process alone. */
export async function stopOrphan(home: PostgresHome, log: Log): Promise<void> {
  const pidFile = join(home.data, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const identity = identify(pid);
  const command = commandLine(pid);
  if (identity !== undefined && command.includes('postgres') && command.includes(home.data)) {
    log(`Stopping a Postgres that an earlier start left behind (pid ${pid}) ...`);
    await stopProcess(identity, [
      { signal: 'SIGINT', waitMs: 10_000 },
      { signal: 'SIGQUIT', waitMs: 5_000 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ]);
    return;
  }
  // The pid now belongs to somebody else; Postgres would refuse to start because of it.
  await rm(pidFile, { force: true });
}

async function reviveDanglingLink(link: string): Promise<void> {
  const stats = await lstat(link).catch(() => undefined);
  if (stats?.isSymbolicLink() !== true) return;
  const reachable = await realpath(link).then(
    () => true,
    () => false,
  );
  if (!reachable) await mkdir(resolve(link, '..', await readlink(link)), { recursive: true, mode: 0o700 });
}

async function moveOutside(link: string, account: Account, log: Log): Promise<string> {
  const target = join(await sharedDirectory(), `data-${randomBytes(6).toString('hex')}`);
  await mkdir(target, { mode: 0o700 });
  await chown(target, account.uid, account.gid);
  // Only an empty folder may give way to a link; one with data in it fails here, loudly.
  await rmdir(link);
  await symlink(target, link);
  log(`Keeping Postgres' data in ${target}, because the account ${account.name} cannot reach ${link}.`);
  return target;
}

async function refuseOtherVersion(version: string, binaries: PostgresBinaries, data: string): Promise<void> {
  const { stdout } = await run(binaries.postgres, ['--version'], { cwd: '/', env: postgresEnvironment });
  const bundled = /(\d+)\./.exec(stdout)?.[1];
  if (bundled === version) return;
  throw new Error(
    `The data in ${data} is of Postgres ${version} and the bundled one is ${bundled}: dump and restore it, or move the folder away to begin anew.`,
  );
}
