import pg from 'pg';

// Amounts are bigint columns.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => BigInt(text));

/** Questions to the database, on a connection each: one that a kill breaks must not break the next question. */
export interface Looks {
  query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export function openLooks(url: string): Looks {
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    application_name: 'chaos',
    connectionTimeoutMillis: 5_000,
  });
  pool.on('error', () => undefined);
  return {
    query: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]) =>
      (await pool.query<Row>(text, values as unknown[])).rows,
    close: () => pool.end(),
  };
}
