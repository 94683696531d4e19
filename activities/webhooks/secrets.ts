import type { Queryable } from '../storage/database.js';
import { type Envelope, type MasterKeys, openEnvelope, rewrapEnvelope, sealEnvelope } from '../storage/envelope.js';
import { rewrapRows } from '../storage/rewrap-rows.js';
import { newId } from '../storage/new-id.js';
import { mintSecret } from './sign-webhook.js';

interface SecretRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly organization_id: string;
  readonly secret: Buffer;
  readonly wrapped_key: Buffer;
  readonly master_key_id: string;
}

export interface SecretOwner {
  readonly endpointId: string;
  readonly organizationId: string;
}

/** Makes the current secret of an endpoint that has none; gives it for the one time that it is shown. */
export async function insertSecret(
  transaction: Queryable,
  [master]: MasterKeys,
  { endpointId, organizationId }: SecretOwner,
): Promise<string> {
  const id = newId('whs');
  const secret = mintSecret();
  const name = nameOf({ id, endpoint_id: endpointId, organization_id: organizationId });
  const envelope = sealEnvelope(master, name, secret);
  await transaction.query({
    text: `INSERT INTO webhooks.secrets (id, endpoint_id, secret, wrapped_key, master_key_id) VALUES ($1, $2, $3, $4, $5)`,
    values: [id, endpointId, envelope.secret, envelope.wrappedKey, envelope.masterKeyId],
  });
  return secret;
}

/**
 * Replaces the current secret. Only one of before signs beside it: an overlap that still runs ends with the next rotation, so
 * that two rotations without one leave nothing of a secret that was lost.
 */
export async function replaceSecret(
  transaction: Queryable,
  masterKeys: MasterKeys,
  owner: SecretOwner,
  overlapSeconds: number,
): Promise<string> {
  await transaction.query({
    text: `DELETE FROM webhooks.secrets WHERE endpoint_id = $1 AND (expires_at IS NOT NULL OR $2::int = 0)`,
    values: [owner.endpointId, overlapSeconds],
  });
  await transaction.query({
    text: `UPDATE webhooks.secrets SET expires_at = now() + make_interval(secs => $2::int) WHERE endpoint_id = $1`,
    values: [owner.endpointId, overlapSeconds],
  });
  return insertSecret(transaction, masterKeys, owner);
}

/** The secrets that sign now, the current one first. @throws where one does not decrypt. */
export async function openSecrets(
  database: Queryable,
  masterKeys: MasterKeys,
  endpointId: string,
): Promise<readonly string[]> {
  const rows = await database.query<SecretRow & Record<string, unknown>>({
    text: `SELECT s.id, s.endpoint_id, e.organization_id, s.secret, s.wrapped_key, s.master_key_id
           FROM webhooks.secrets s JOIN webhooks.endpoints e ON e.id = s.endpoint_id
           WHERE s.endpoint_id = $1 AND (s.expires_at IS NULL OR s.expires_at > now())
           ORDER BY s.expires_at NULLS FIRST`,
    values: [endpointId],
  });
  return rows.map((row) => openEnvelope(masterKeys, nameOf(row), envelopeOf(row)) as string);
}

/** Seals the keys of all secrets anew that are sealed under a master key of before; tells how many. */
export async function rewrapWebhookSecrets(database: Queryable, masterKeys: MasterKeys): Promise<number> {
  const [current, ...previous] = masterKeys;
  if (previous.length === 0) return 0;
  const rows = await database.query<SecretRow & Record<string, unknown>>({
    text: `SELECT s.id, s.endpoint_id, e.organization_id, s.secret, s.wrapped_key, s.master_key_id
           FROM webhooks.secrets s JOIN webhooks.endpoints e ON e.id = s.endpoint_id WHERE s.master_key_id = ANY ($1)`,
    values: [previous.map(({ id }) => id)],
  });
  return rewrapRows(
    rows,
    (row) => rewrapEnvelope(masterKeys, current, nameOf(row), envelopeOf(row)),
    // The wrap that was read is part of the condition: another process may have been first, which does no harm.
    (row, { wrappedKey, masterKeyId }) =>
      database.query({
        text: 'UPDATE webhooks.secrets SET wrapped_key = $2, master_key_id = $3 WHERE id = $1 AND wrapped_key = $4',
        values: [row.id, wrappedKey, masterKeyId, row.wrapped_key],
      }),
  );
}

function envelopeOf(row: SecretRow): Envelope {
  return { secret: row.secret, wrappedKey: row.wrapped_key, masterKeyId: row.master_key_id };
}

/** What a secret is bound to. */
function nameOf(row: Pick<SecretRow, 'id' | 'endpoint_id' | 'organization_id'>): string {
  return JSON.stringify(['webhook', row.id, row.endpoint_id, row.organization_id]);
}
