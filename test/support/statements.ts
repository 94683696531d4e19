import pg from 'pg';

/** The migrated database that every test's own is copied from. */
export const templateDatabase = 'sluice_template';

/** Runs one statement on a connection of its own. */
export async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // Statements that end connections end this one too now and then; the query's own rejection tells.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
