import type { Page } from '../../workflows/contracts/access.js';
import type { AuditEntry, AuditQuery } from '../../workflows/contracts/audit.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { entryColumns, toEntry, type EntryRow } from './entry-rows.js';

/** A page of an organisation's entries by their place in the chain. @throws `invalid_request` for a cursor of no entry. */
export async function listEntries(
  database: Queryable,
  organizationId: string,
  query: AuditQuery,
): Promise<Page<AuditEntry>> {
  const after = await sequenceOf(database, organizationId, query.after, 'after');
  const before = await sequenceOf(database, organizationId, query.before, 'before');
  const ascending = query.order === 'asc';
  // The page in front of a cursor is read from the cursor on, which is against the order, and turned around.
  const backwards = before !== undefined && after === undefined;
  const [least, most] = ascending ? [after, before] : [before, after];
  const rows = await database.query<EntryRow & { readonly [column: string]: unknown }>({
    text: `SELECT ${entryColumns} FROM audit.entries e
           WHERE organization_id = $1 AND sequence > coalesce($2::bigint, 0) AND ($3::bigint IS NULL OR sequence < $3)
             AND ($4::text[] IS NULL OR type = ANY ($4)) AND ($5::text[] IS NULL OR project_id = ANY ($5))
             AND ($6::text[] IS NULL OR object_id = ANY ($6))
             AND ($7::text[] IS NULL OR key_id = ANY ($7) OR user_id = ANY ($7))
             AND ($8::timestamptz IS NULL OR e.at >= $8) AND ($9::timestamptz IS NULL OR e.at < $9)
           ORDER BY sequence ${ascending !== backwards ? 'ASC' : 'DESC'} LIMIT $10`,
    values: [
      ...[organizationId, least ?? null, most ?? null],
      ...[query.types, query.projectIds, query.objectIds, query.actorIds].map((wanted) => wanted ?? null),
      ...[query.from ?? null, query.until ?? null, query.limit + 1],
    ],
  });
  const data = rows.slice(0, query.limit).map(toEntry);
  return { data: backwards ? data.reverse() : data, hasMore: rows.length > query.limit };
}

async function sequenceOf(
  database: Queryable,
  organizationId: string,
  id: string | undefined,
  param: 'after' | 'before',
): Promise<bigint | undefined> {
  if (id === undefined) return undefined;
  const [row] = await database.query<{ sequence: bigint }>({
    text: 'SELECT sequence FROM audit.entries WHERE organization_id = $1 AND id = $2',
    values: [organizationId, id],
  });
  if (row) return row.sequence;
  throw refuse('invalid_request', `'${param}' is not the id of an audit log entry. Send one that a list has shown.`, {
    param,
  });
}
