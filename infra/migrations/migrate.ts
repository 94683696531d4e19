import { fileURLToPath } from 'node:url';
import { runner, type RunnerOption } from 'node-pg-migrate';
import pg from 'pg';

const sqlDirectory = fileURLToPath(new URL('./sql', import.meta.url));

/**
 * Brings the database at `url` to the newest schema. Safe to call from several processes at once: all but one wait on
 * an advisory lock, and then find nothing to do. `tell` gets what went wrong; the error says it too.
 */
export async function migrate(url: string, tell: (line: string) => void = () => {}): Promise<readonly string[]> {
  return applyMigrations(url, { advisoryLockMode: 'wait' }, tell);
}

/** The same up to `count` migrations, for tests of upgrades. */
export function migrateBy(url: string, count: number): Promise<readonly string[]> {
  return applyMigrations(url, { count });
}

async function applyMigrations(
  url: string,
  how: Pick<RunnerOption, 'count' | 'advisoryLockMode'>,
  tell: (line: string) => void = () => {},
): Promise<readonly string[]> {
  // A connection of our own, because the runner does not wait until one of its own has ended.
  const dbClient = new pg.Client({ connectionString: url });
  // What ends the connection is told by the statement that it ends.
  dbClient.on('error', () => undefined);
  await dbClient.connect();
  try {
    const applied = await runner({
      ...{ dbClient, dir: sqlDirectory, direction: 'up', ...how },
      ...{ migrationsSchema: 'public', migrationsTable: 'sluice_migrations' },
      logger: { debug: () => {}, info: () => {}, warn: tell, error: tell },
    });
    return applied.map((migration) => migration.name);
  } finally {
    await dbClient.end();
  }
}
