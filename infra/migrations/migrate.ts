import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';

const sqlDirectory = fileURLToPath(new URL('./sql', import.meta.url));

/**
 * Brings the database at `url` to the newest schema. Safe to call from several processes at once: all but one wait on
 * an advisory lock, and then find nothing to do. `tell` gets what went wrong; the error says it too.
 */
export async function migrate(url: string, tell: (line: string) => void = () => {}): Promise<readonly string[]> {
  const applied = await runner({
    databaseUrl: url,
    dir: sqlDirectory,
    direction: 'up',
    migrationsSchema: 'public',
    migrationsTable: 'sluice_migrations',
    advisoryLockMode: 'wait',
    logger: { debug: () => {}, info: () => {}, warn: tell, error: tell },
  });
  return applied.map((migration) => migration.name);
}
