import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { execute, templateDatabase } from './statements.js';

/** What the run's one Postgres and one Temporal are reached by; undefined under `SLUICE_TEST_SERVICES=off`. */
declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser, database `sluice` (without our schema). */
    postgresUrl: string | undefined;
    /** `host:port` of the development server; namespace `default`. */
    temporalAddress: string | undefined;
    /** The CLI, for tests that start servers of their own. */
    temporalBinary: string | undefined;
    /** A temporary folder that goes with the run, also where the run is killed. */
    runFolder: string | undefined;
    /** Why the template database could not be migrated; `undefined` where it could. */
    templateProblem: string | undefined;
  }
}

const retryTimeoutMs = 30_000;
/** Postgres' `object_in_use`: another test is copying the template in this moment. */
const objectInUse = '55006';

export interface TestDatabase {
  readonly url: string;
  /** Closes what is still connected and deletes the database. */
  drop(): Promise<void>;
}

/** A database of the test's own with every migration applied, copied from the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const problem = inject('templateProblem');
  if (problem !== undefined) throw new Error(`The migrations failed: ${problem}`);
  const serverUrl = required('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await retryWhileBusy(() => execute(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${templateDatabase}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** The run's Temporal server. Tests keep apart by task queues and workflow ids of their own. */
export function testTemporal(): { readonly address: string; readonly namespace: string } {
  return { address: required('temporalAddress'), namespace: 'default' };
}

/**
 * A folder of the test's own that nobody needs to delete. Stacks that a test starts keep their data in one: whatever is
 * left of them, the next run finds and stops.
 */
export async function createTestFolder(): Promise<string> {
  const folder = await mkdtemp(join(inject('runFolder') ?? tmpdir(), 'folder-'));
  // As root, Postgres runs under another account, which must be able to pass through.
  await chmod(folder, 0o711);
  return folder;
}

function required(name: 'postgresUrl' | 'temporalAddress'): string {
  const value = inject(name);
  if (value === undefined)
    throw new Error('This test needs Postgres and Temporal: run it without SLUICE_TEST_SERVICES=off.');
  return value;
}

async function retryWhileBusy(work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + retryTimeoutMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: unknown }).code !== objectInUse || Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
