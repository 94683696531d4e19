import pg from 'pg';

export type Row = Readonly<Record<string, unknown>>;
type Query = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** Looks into a gateway's database on a connection of its own; `bigint` columns come as text unless the types are set. */
export async function withDatabase<T>(url: string, work: (query: Query) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(async (text, values = []) => (await client.query<Row>(text, [...values])).rows);
  } finally {
    await client.end();
  }
}
