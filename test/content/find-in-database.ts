import type { Queryable } from '../../activities/storage/database.js';

/** The columns, of every table there is, in which these words can be read; bytes are searched as they are. */
export async function findInDatabase(database: Queryable, words: string): Promise<readonly string[]> {
  const columns = await database.query<{ schema: string; table: string; column: string; type: string }>({
    text: `SELECT table_schema AS schema, table_name AS table, column_name AS column, data_type AS type
           FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
           WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE' ORDER BY 1, 2, 3`,
  });
  const found: string[] = [];
  for (const { schema, table, column, type } of columns) {
    const test =
      type === 'bytea' ? `position($1::text::bytea in "${column}") > 0` : `"${column}"::text LIKE '%' || $1 || '%'`;
    const rows = await database.query({
      text: `SELECT 1 FROM "${schema}"."${table}" WHERE ${test} LIMIT 1`,
      values: [words],
    });
    if (rows.length > 0) found.push(`${schema}.${table}.${column}`);
  }
  return found;
}
