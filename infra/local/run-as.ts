import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Log } from './processes.js';

const run = promisify(execFile);
const accountName = 'sluice-postgres';

/** The account that a server must run under; `undefined` where it may run as ourselves. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root, so root runs it under an account of its own, made here once. */
export async function unprivilegedAccount(log: Log): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = await lookUp(accountName);
  if (existing !== undefined) return existing;
  if (process.platform !== 'linux') {
    throw new Error(
      'Postgres does not run as root: start Sluice as an ordinary user, or set DATABASE_URL to a Postgres of yours.',
    );
  }
  await run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/usr/sbin/nologin',
    accountName,
  ]).then(
    () => log(`Running as root: made the system account ${accountName}, because Postgres does not run as root.`),
    // Another start may have made it in the same instant, and small images lack useradd: what counts is who exists now.
    () => undefined,
  );
  const account = (await lookUp(accountName)) ?? (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (account === undefined) {
    throw new Error(
      'Postgres does not run as root and no other account could be made: start Sluice as an ordinary user, or set DATABASE_URL.',
    );
  }
  return account;
}

/** True where the account can do what `probe` (a `test` operator such as `-x` or `-w`) asks of the path. */
export async function accountCan(account: Account, probe: '-x' | '-w' | '-r', path: string): Promise<boolean> {
  return run('/bin/sh', ['-c', `test ${probe} "$1"`, 'sh', path], {
    uid: account.uid,
    gid: account.gid,
    cwd: '/',
  }).then(
    () => true,
    () => false,
  );
}

async function lookUp(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
