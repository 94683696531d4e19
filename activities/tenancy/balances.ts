import type { AccountBalance } from '../../workflows/contracts/ports.js';
import { formatNano } from '../../workflows/domain/money.js';
import type { Queryable } from '../storage/database.js';

interface AccountRow {
  readonly id: string;
  readonly kind: AccountBalance['kind'];
  readonly scope: string;
  readonly credits_posted: bigint;
  readonly debits_posted: bigint;
  readonly debits_pending: bigint;
}

/** What the accounts of these scopes still allow at this moment: of a budget with windows, the present one's. */
export async function readBalances(database: Queryable, scopes: readonly string[]): Promise<readonly AccountBalance[]> {
  const rows = await database.query<AccountRow>({
    name: 'account-balances',
    text: `SELECT id, kind, scope, credits_posted, debits_posted, debits_pending FROM ledger.accounts
           WHERE scope = ANY ($1) AND closed_at IS NULL
             AND (window_end IS NULL OR (window_start <= ledger.clock() AND ledger.clock() < window_end)) ORDER BY id`,
    values: [scopes],
  });
  return rows.map((row) => ({
    accountId: row.id,
    kind: row.kind,
    scope: row.scope,
    creditedNanoUsd: formatNano(row.credits_posted),
    spentNanoUsd: formatNano(row.debits_posted),
    heldNanoUsd: formatNano(row.debits_pending),
    availableNanoUsd: formatNano(row.credits_posted - row.debits_posted - row.debits_pending),
  }));
}
