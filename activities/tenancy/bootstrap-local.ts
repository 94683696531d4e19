import { usdToNano } from '../../workflows/domain/money.js';
import type { Database, Queryable } from '../storage/database.js';
import { hashKey, hintOf } from './api-keys.js';

const organizationId = 'org_local';
const projectId = 'proj_local';
const accountId = `credits:organization:${organizationId}`;

export interface LocalSettings {
  readonly pepper: Buffer;
  /** An exact decimal number of USD: all that the local organisation may ever spend. */
  readonly limitUsd: string;
  readonly apiKey: string;
  readonly adminKey: string;
}

/** The one organisation of a gateway on a laptop: made at the first start, brought to its settings at each later one. */
export async function bootstrapLocal(
  database: Database,
  settings: LocalSettings,
): Promise<{ readonly organizationId: string; readonly projectId: string }> {
  const { pepper, apiKey, adminKey, limitUsd } = settings;
  await database.transaction(async (transaction) => {
    await ensureTenant(transaction);
    await ensureKey(transaction, { id: 'key_local', kind: 'inference', key: apiKey, pepper });
    await ensureKey(transaction, { id: 'key_local_admin', kind: 'admin', key: adminKey, pepper });
    await ensureLimit(transaction, usdToNano(limitUsd));
  });
  return { organizationId, projectId };
}

async function ensureTenant(transaction: Queryable): Promise<void> {
  await transaction.query({
    text: `INSERT INTO tenancy.organizations (id, name) VALUES ($1, 'Local') ON CONFLICT DO NOTHING`,
    values: [organizationId],
  });
  await transaction.query({
    text: `INSERT INTO tenancy.projects (id, organization_id, name) VALUES ($1, $2, 'Local') ON CONFLICT DO NOTHING`,
    values: [projectId, organizationId],
  });
  await transaction.query({
    text: `INSERT INTO ledger.accounts (id, kind, scope) VALUES ($1, 'credits', $2) ON CONFLICT DO NOTHING`,
    values: [accountId, `organization:${organizationId}`],
  });
}

interface LocalKey {
  readonly id: string;
  readonly kind: 'inference' | 'admin';
  readonly key: string;
  readonly pepper: Buffer;
}

async function ensureKey(transaction: Queryable, { id, kind, key, pepper }: LocalKey): Promise<void> {
  const isAdmin = kind === 'admin';
  await transaction.query({
    text: `INSERT INTO tenancy.api_keys AS k (id, organization_id, project_id, kind, role, name, hash, hint)
           VALUES ($1, $2, $3, $4, $5, 'Local', $6, $7)
           ON CONFLICT (id) DO UPDATE SET hash = EXCLUDED.hash, hint = EXCLUDED.hint, role = EXCLUDED.role, revoked_at = NULL
           WHERE k.hash <> EXCLUDED.hash OR k.role IS DISTINCT FROM EXCLUDED.role OR k.revoked_at IS NOT NULL`,
    values: [
      id,
      organizationId,
      ...(isAdmin ? [null, kind, 'owner'] : [projectId, kind, null]),
      hashKey(pepper, key),
      hintOf(key),
    ],
  });
}

/**
 * Grants what the limit has been raised by since, or takes back what it was lowered by, as far as it is not spent. The
 * account's row is locked first, so that two processes that start at once do not both grant.
 */
async function ensureLimit(transaction: Queryable, limitNanoUsd: bigint): Promise<void> {
  const [account] = await transaction.query<{ credits_posted: bigint }>({
    text: 'SELECT credits_posted FROM ledger.accounts WHERE id = $1 FOR UPDATE',
    values: [accountId],
  });
  const missing = limitNanoUsd - (account?.credits_posted ?? 0n);
  if (missing === 0n) return;
  const [changes] = await transaction.query<{ count: bigint }>({
    text: `SELECT count(*) FROM ledger.transfers WHERE key = 'grant:local' OR key LIKE 'grant:local:%'`,
  });
  const number = changes?.count ?? 0n;
  const key = number === 0n ? 'grant:local' : `grant:local:${number}`;
  await transaction.query(
    missing > 0n
      ? {
          text: `SELECT ledger.credit($1, $2, 'house:grants', $3, 'local limit')`,
          values: [key, accountId, missing],
        }
      : {
          text: `SELECT ledger.withdraw($1, $2, 'house:grants', $3, 'local limit lowered')`,
          values: [key, accountId, -missing],
        },
  );
}
