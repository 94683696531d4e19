import type { AuditHead, ChainedAuditEntry } from '../../workflows/contracts/audit.js';
import type { Queryable } from '../storage/database.js';
import { entryColumns, toEntry, type EntryRow } from './entry-rows.js';

/** Few enough to hold in memory, many enough that the questions to Postgres do not count. */
const batchSize = 500;
export const noHash = '0'.repeat(64);

/** The end of a chain; an organisation that has done nothing has one of no entries. */
export async function readHead(database: Queryable, organizationId: string): Promise<AuditHead> {
  const [row] = await database.query<{ sequence: bigint; hash: string }>({
    text: 'SELECT sequence, hash FROM audit.heads WHERE organization_id = $1',
    values: [organizationId],
  });
  return { organizationId, sequence: Number(row?.sequence ?? 0n), hash: row?.hash ?? noHash };
}

/** The entries up to a sequence, from the first on, in batches: what is appended meanwhile is not among them. */
export async function* readChain(
  database: Queryable,
  organizationId: string,
  upTo = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<readonly ChainedAuditEntry[]> {
  let last = 0;
  for (;;) {
    const rows = await database.query<EntryRow & { readonly [column: string]: unknown }>({
      text: `SELECT ${entryColumns} FROM audit.entries
             WHERE organization_id = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence LIMIT ${batchSize}`,
      values: [organizationId, last, upTo],
    });
    if (rows.length > 0) yield rows.map(toEntry);
    if (rows.length < batchSize) return;
    last = Number(rows.at(-1)?.sequence);
  }
}
