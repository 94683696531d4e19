import type { Database, Query, Queryable } from '../../activities/storage/database.js';

export interface FaultyDatabase {
  readonly wrap: (database: Database) => Database;
  /**
   * The next so many statements of this name find Postgres away, or, with `after`, lose its answer once it has done what
   * they, or their transaction, asked.
   */
  failNext(name: string, times: number, when?: 'before' | 'after'): void;
  /** How often one has failed so. */
  readonly failures: () => number;
}

function connectionFault(code: string): Error {
  return Object.assign(new Error(`connection fault ${code}`), { code });
}

/** A real database whose connection breaks where a test wants it to. */
export function createFaultyDatabase(): FaultyDatabase {
  let armed: { readonly name: string; readonly when: 'before' | 'after' } | undefined;
  let left = 0;
  let failures = 0;
  /** Whether this statement is one that fails so. */
  const hits = (query: Query, when: 'before' | 'after'): boolean => {
    if (left === 0 || armed?.name !== query.name || armed?.when !== when) return false;
    left -= 1;
    failures += 1;
    return true;
  };
  const refuseBefore = (target: Queryable): Queryable => ({
    query: (query) => (hits(query, 'before') ? Promise.reject(connectionFault('ECONNREFUSED')) : target.query(query)),
  });
  return {
    failures: () => failures,
    failNext: (name, times, when = 'before') => {
      armed = { name, when };
      left = times;
    },
    wrap: (database) => ({
      query: async (query) => {
        const rows = await refuseBefore(database).query(query);
        if (hits(query, 'after')) throw connectionFault('ECONNRESET');
        return rows as never;
      },
      transaction: async (work) => {
        let isAnswerLost = false;
        const result = await database.transaction((transaction) =>
          work({
            query: (query) => {
              isAnswerLost ||= hits(query, 'after');
              return refuseBefore(transaction).query(query);
            },
          }),
        );
        if (isAnswerLost) throw connectionFault('ECONNRESET');
        return result;
      },
      close: () => database.close(),
    }),
  };
}
