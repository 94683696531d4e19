import type { Database } from '../storage/database.js';
import { rewrapRows } from '../storage/rewrap-rows.js';
import { credentialColumns, type CredentialRow, envelopeOf, ownerOf } from './credential-rows.js';
import { type MasterKey, rewrap } from './envelope.js';

/**
 * Seals the key of every credential anew that is sealed under a master key of before; tells how many. What none of the keys
 * opens is left as it is. May run in several processes at once.
 */
export async function rewrapCredentials(
  database: Database,
  [current, ...previous]: readonly [MasterKey, ...(readonly MasterKey[])],
): Promise<number> {
  if (previous.length === 0) return 0;
  return database.transaction(async (transaction) => {
    const rows = await transaction.query<CredentialRow & Record<string, unknown>>({
      text: `SELECT ${credentialColumns} FROM credentials.credentials
             WHERE deleted_at IS NULL AND master_key_id = ANY ($1) ORDER BY id FOR UPDATE`,
      values: [previous.map(({ id }) => id)],
    });
    return rewrapRows(
      rows,
      (row) => rewrap(previous, current, { id: row.id, vendor: row.vendor, ...ownerOf(row) }, envelopeOf(row)),
      (row, { wrappedKey, masterKeyId }) =>
        transaction.query({
          text: 'UPDATE credentials.credentials SET wrapped_key = $2, master_key_id = $3 WHERE id = $1',
          values: [row.id, wrappedKey, masterKeyId],
        }),
    );
  });
}
