import type { Page } from '../../workflows/contracts/access.js';
import type { AuditEntry, AuditQuery } from '../../workflows/contracts/audit.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { entryColumns, toEntry, type EntryRow } from './entry-rows.js';

interface ListedRow extends EntryRow {
  readonly project_name: string | null;
  readonly user_email: string | null;
  readonly service_account_id: string | null;
  readonly [column: string]: unknown;
}

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
  const rows = await database.query<ListedRow>({
    text: `SELECT * FROM (
             SELECT ${entryColumns},
               (SELECT p.name FROM tenancy.projects p WHERE p.id = e.project_id) AS project_name,
               (SELECT u.email FROM tenancy.users u WHERE u.id = e.user_id) AS user_email,
               (SELECT k.service_account_id FROM tenancy.api_keys k WHERE k.id = e.key_id) AS service_account_id
             FROM audit.entries e
             WHERE organization_id = $1 AND sequence > coalesce($2::bigint, 0) AND ($3::bigint IS NULL OR sequence < $3)
               AND ($4::text[] IS NULL OR type = ANY ($4)) AND ($5::text[] IS NULL OR project_id = ANY ($5))
               AND ($6::text[] IS NULL OR object_id = ANY ($6))
               AND ($7::timestamptz IS NULL OR e.at >= $7) AND ($8::timestamptz IS NULL OR e.at < $8)
           ) listed
           WHERE ($9::text[] IS NULL OR key_id = ANY ($9) OR user_id = ANY ($9) OR service_account_id = ANY ($9))
             AND ($10::text[] IS NULL OR user_email = ANY ($10))
           ORDER BY sequence ${ascending !== backwards ? 'ASC' : 'DESC'} LIMIT $11`,
    values: [
      ...[organizationId, least ?? null, most ?? null],
      ...[query.types, query.projectIds, query.objectIds].map((wanted) => wanted ?? null),
      ...[query.from ?? null, query.until ?? null, query.actorIds ?? null],
      ...[query.actorEmails?.map((email) => email.toLowerCase()) ?? null, query.limit + 1],
    ],
  });
  const data = rows.slice(0, query.limit).map(toListed);
  return { data: backwards ? data.reverse() : data, hasMore: rows.length > query.limit };
}

function toListed(row: ListedRow): AuditEntry {
  return {
    ...toEntry(row),
    ...(row.project_name !== null && { projectName: row.project_name }),
    ...(row.user_email !== null && { userEmail: row.user_email }),
    ...(row.service_account_id !== null && { serviceAccountId: row.service_account_id }),
  };
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
