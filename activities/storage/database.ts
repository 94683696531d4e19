import pg from 'pg';

// Amounts are bigint columns; as doubles they would lose units above 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => BigInt(text));

export interface Query {
  /** A prepared statement's name; the same name always goes with the same text. */
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface Queryable {
  query<Row extends pg.QueryResultRow>(query: Query): Promise<readonly Row[]>;
}

export interface Database extends Queryable {
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * A connection that is new must log in and plan every statement of a request anew, some 30 ms of Postgres' time. The pool's
 * own ten seconds would have that done again after every lull.
 */
const idleTimeoutMillis = 10 * 60_000;

/** A pool of connections to Postgres. Statements with a name are prepared once a connection. */
export function createDatabase(options: {
  readonly url: string;
  readonly connections: number;
  readonly onError: (error: Error) => void;
}): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis,
    application_name: 'sluice',
  });
  // An idle connection that breaks is replaced by the pool; without a listener its error would end the process.
  pool.on('error', options.onError);
  const run = async <Row extends pg.QueryResultRow>(
    target: pg.Pool | pg.PoolClient,
    query: Query,
  ): Promise<readonly Row[]> => {
    const { rows } = await target.query<Row>({ name: query.name, text: query.text, values: query.values as unknown[] });
    return rows;
  };
  return {
    query: (query) => run(pool, query),
    transaction: async (work) => {
      const client = await pool.connect();
      let broken: Error | undefined;
      const onBroken = (error: Error): void => {
        broken = error;
      };
      // The pool listens to idle connections only: one that breaks between two statements would end the process.
      client.on('error', onBroken);
      try {
        await client.query('BEGIN');
        const result = await work({ query: (query) => run(client, query) });
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(onBroken);
        throw error;
      } finally {
        client.off('error', onBroken);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

/** True for faults that pass when Postgres is back: connection errors, restarts, serialization failures, exhaustion. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') {
    return (
      /^(08|53|57P|40001|40P01|55006)/.test(code) ||
      /^E(CONN|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND)/.test(code)
    );
  }
  // node-postgres gives its own connection faults no code.
  return /connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable|client was closed/i.test(
    error.message,
  );
}
