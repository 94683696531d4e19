import type { Database } from '../storage/database.js';
import { credentialColumns, type CredentialRow, envelopeOf, ownerOf } from './credential-rows.js';
import { type Envelope, type MasterKey, rewrap } from './envelope.js';

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
    let count = 0;
    for (const row of rows) {
      const envelope = tryToRewrap(previous, current, row);
      if (!envelope) continue;
      count += 1;
      await transaction.query({
        text: 'UPDATE credentials.credentials SET wrapped_key = $2, master_key_id = $3 WHERE id = $1',
        values: [row.id, envelope.wrappedKey, envelope.masterKeyId],
      });
    }
    return count;
  });
}

/** `undefined` for a row that was changed by hand: it is told where it is used, and must not keep a process from starting. */
function tryToRewrap(previous: readonly MasterKey[], current: MasterKey, row: CredentialRow): Envelope | undefined {
  try {
    return rewrap(previous, current, { id: row.id, vendor: row.vendor, ...ownerOf(row) }, envelopeOf(row));
  } catch {
    return undefined;
  }
}
