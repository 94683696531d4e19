import type { Budget, BudgetScope, BudgetWindow } from '../../workflows/contracts/budgets.js';
import { formatNano } from '../../workflows/domain/money.js';
import { fromScopeName } from './spending-scopes.js';

export interface BudgetRow {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
  readonly amount: bigint;
  readonly window_kind: BudgetWindow['kind'];
  readonly time_zone: string;
  readonly starts_at: Date | null;
  readonly ends_at: Date | null;
  readonly enforcement: Budget['enforcement'];
  readonly thresholds: readonly number[];
  readonly created_at: Date;
  readonly closed_at: Date | null;
  /** Of the present window's account; null where there is none yet. */
  readonly spent: bigint | null;
  readonly held: bigint | null;
  /** Null for a window without an end. */
  readonly window_start: Date | null;
  readonly window_end: Date | null;
  readonly in_window: boolean;
}

/** A budget with the account of its present window, where something was asked for in it. `infinity` has no Date. */
export const budgetColumns = `
  b.id, b.scope, b.name, b.amount, b.window_kind, b.time_zone, b.starts_at, b.ends_at, b.enforcement, b.thresholds,
  b.created_at, b.closed_at, a.debits_posted AS spent, a.debits_pending AS held,
  CASE WHEN isfinite(w.starts) THEN w.starts END AS window_start,
  CASE WHEN isfinite(w.ends) THEN w.ends END AS window_end, w.starts IS NOT NULL AS in_window`;

export const budgetTables = `
  ledger.budgets b
  CROSS JOIN LATERAL ledger.window_of(b, ledger.clock()) w
  LEFT JOIN ledger.accounts a ON a.budget_id = b.id AND a.window_start = w.starts AND a.closed_at IS NULL`;

export function toBudget(row: BudgetRow): Budget {
  const spent = row.spent ?? 0n;
  const held = row.held ?? 0n;
  return {
    id: row.id,
    name: row.name,
    scope: fromScopeName(row.scope),
    amountNanoUsd: formatNano(row.amount),
    window: toWindow(row),
    enforcement: row.enforcement,
    thresholds: row.thresholds,
    createdAt: row.created_at.toISOString(),
    ...(row.closed_at && { closedAt: row.closed_at.toISOString() }),
    ...(row.in_window &&
      !row.closed_at && {
        current: {
          ...(row.window_start && { startsAt: row.window_start.toISOString() }),
          ...(row.window_end && { endsAt: row.window_end.toISOString() }),
          spentNanoUsd: formatNano(spent),
          heldNanoUsd: formatNano(held),
          availableNanoUsd: formatNano(row.amount - spent - held),
        },
      }),
  };
}

function toWindow(row: BudgetRow): BudgetWindow {
  switch (row.window_kind) {
    case 'total':
      return { kind: 'total' };
    case 'fixed':
      if (!row.starts_at || !row.ends_at) throw new Error(`budget ${row.id} has no bounds`);
      return { kind: 'fixed', startsAt: row.starts_at.toISOString(), endsAt: row.ends_at.toISOString() };
    case 'day':
    case 'week':
    case 'month':
      return { kind: row.window_kind, timeZone: row.time_zone };
  }
}

/** How a scope's object is found in the organisation; a model need not exist yet. */
export const scopeLookups: { readonly [T in Exclude<BudgetScope['type'], 'organization' | 'model'>]: string } = {
  team: 'SELECT 1 FROM tenancy.teams WHERE organization_id = $1 AND id = $2 AND archived_at IS NULL',
  project: 'SELECT 1 FROM tenancy.projects WHERE organization_id = $1 AND id = $2 AND archived_at IS NULL',
  user: 'SELECT 1 FROM tenancy.users WHERE organization_id = $1 AND id = $2 AND removed_at IS NULL',
  key: 'SELECT 1 FROM tenancy.api_keys WHERE organization_id = $1 AND id = $2 AND revoked_at IS NULL',
};
