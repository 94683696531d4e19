import type { QueryResultRow } from 'pg';
import type { Page, PageQuery } from '../../workflows/contracts/access.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Query, Queryable } from './database.js';

/** What a list is made of: two SELECTs without an order, each with `id` and `created_at` among its columns. */
export interface PagedList<Row extends QueryResultRow, T> {
  readonly rows: Query;
  /** The rows that may be cursors: those above and what was removed since, so that a walk through the list goes on. */
  readonly cursors: Query;
  readonly toItem: (row: Row) => T;
}

interface Cursor {
  /** As text: a `Date` has no microseconds, and two objects can be made in one millisecond. */
  readonly at: string;
  readonly id: string;
}

/**
 * The slice of a list that a query asks for, oldest first unless it says otherwise.
 * @throws RefusalError `invalid_request` with the cursor's name where it is no object of this list.
 */
export async function readPage<Row extends QueryResultRow, T>(
  database: Queryable,
  list: PagedList<Row, T>,
  query: PageQuery,
): Promise<Page<T>> {
  const after = await findCursor(database, list.cursors, 'after', query.after);
  const before = await findCursor(database, list.cursors, 'before', query.before);
  // What stands before a cursor is read backwards from it, and then turned round.
  const isBackwards = before !== undefined && after === undefined;
  const isAscending = (query.order === 'asc') !== isBackwards;
  const found = await database.query<Row>(pageQuery(list.rows, query, isAscending, { after, before }));
  const rows = found.slice(0, query.limit);
  return { data: (isBackwards ? rows.toReversed() : rows).map(list.toItem), hasMore: found.length > query.limit };
}

async function findCursor(
  database: Queryable,
  { text, values = [] }: Query,
  param: 'after' | 'before',
  id: string | undefined,
): Promise<Cursor | undefined> {
  if (id === undefined) return undefined;
  const [cursor] = await database.query<{ readonly at: string; readonly id: string }>({
    text: `SELECT created_at::text AS at, id FROM (${text}) AS cursors WHERE id = $${values.length + 1}`,
    values: [...values, id],
  });
  if (cursor) return cursor;
  throw refuse('invalid_request', `'${param}' is no object of this list. Send the id of one that it has shown.`, {
    param,
  });
}

function pageQuery(
  rows: Query,
  query: PageQuery,
  isAscending: boolean,
  { after, before }: { readonly after: Cursor | undefined; readonly before: Cursor | undefined },
): Query {
  const values = [...(rows.values ?? [])];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const beyond = (sign: '>' | '<', { at, id }: Cursor): string =>
    `(created_at, id) ${sign} (${place(at)}::timestamptz, ${place(id)})`;
  const [later, earlier] = query.order === 'asc' ? (['>', '<'] as const) : (['<', '>'] as const);
  const bounds = [...(after ? [beyond(later, after)] : []), ...(before ? [beyond(earlier, before)] : [])];
  const direction = isAscending ? 'ASC' : 'DESC';
  return {
    text: `SELECT * FROM (${rows.text}) AS listed ${bounds.length > 0 ? `WHERE ${bounds.join(' AND ')}` : ''}
           ORDER BY created_at ${direction}, id ${direction} LIMIT ${place(query.limit + 1)}`,
    values,
  };
}
