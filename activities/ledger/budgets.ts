import type { JsonObject } from '../../workflows/contracts/json.js';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type { Budget, Budgets, BudgetScope, BudgetWindow, NewBudget } from '../../workflows/contracts/budgets.js';
import { parseNano } from '../../workflows/domain/money.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database, Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import { budgetColumns, type BudgetRow, budgetTables, scopeLookups, toBudget } from './budget-rows.js';
import { toScopeName } from './spending-scopes.js';

export interface BudgetDependencies {
  readonly database: Database;
  readonly audit: Pick<AuditTrail, 'entry'>;
}

/** Budgets of an organisation and of what belongs to it. What they allow is decided in `ledger.hold` alone. */
export function createBudgets({ database, audit }: BudgetDependencies): Budgets {
  const change = (
    by: ActingRequest,
    id: string,
    verb: 'updated' | 'deleted',
    write: (transaction: Queryable) => Promise<void>,
  ): Promise<Budget> =>
    database.transaction(async (transaction) => {
      await lockBudget(transaction, by.organizationId, id);
      const before = await findBudget(transaction, by.organizationId, id);
      await write(transaction);
      const after = await findBudget(transaction, by.organizationId, id);
      const both = { before: toJson(before), after: toJson(after) };
      await transaction.query(audit.entry(by, { type: `budget.${verb}`, objectId: id, ...both }));
      return after;
    });

  return {
    create: (by, budget) =>
      database.transaction(async (transaction) => {
        await requireScope(transaction, by.organizationId, budget.scope);
        await requireTimeZone(transaction, budget.window);
        const created = await insertBudget(transaction, by.organizationId, budget);
        const change = { type: 'budget.created', objectId: created.id, after: toJson(created) };
        await transaction.query(audit.entry(by, change));
        return created;
      }),
    list: (organizationId, { scope, ...query }) => {
      const values = [organizationId, scope ? toScopeName(organizationId, scope) : null];
      const text = `SELECT ${budgetColumns} FROM ${budgetTables}
                    WHERE b.organization_id = $1 AND ($2::text IS NULL OR b.scope = $2)`;
      const rows = { text: `${text} AND b.closed_at IS NULL`, values };
      return readPage<BudgetRow & Record<string, unknown>, Budget>(
        database,
        { rows, cursors: { text, values }, toItem: toBudget },
        query,
      );
    },
    get: (organizationId, id) => findBudget(database, organizationId, id),
    modify: (by, id, { name, amountNanoUsd, thresholds }) =>
      change(by, id, 'updated', async (transaction) => {
        await transaction.query({
          text: 'UPDATE ledger.budgets SET name = coalesce($2, name), thresholds = coalesce($3, thresholds) WHERE id = $1',
          values: [id, name ?? null, thresholds ?? null],
        });
        if (amountNanoUsd === undefined) return;
        const values = [id, parseNano(amountNanoUsd)];
        await transaction.query({ text: 'SELECT ledger.set_budget_amount($1, $2)', values });
      }),
    close: (by, id) =>
      change(by, id, 'deleted', async (transaction) => {
        await transaction.query({ text: 'UPDATE ledger.budgets SET closed_at = now() WHERE id = $1', values: [id] });
        await transaction.query({
          text: 'UPDATE ledger.accounts SET closed_at = now() WHERE budget_id = $1 AND closed_at IS NULL',
          values: [id],
        });
      }),
  };
}

/** For whoever makes a project with a budget of its own, in the same transaction. */
export async function insertBudget(transaction: Queryable, organizationId: string, budget: NewBudget): Promise<Budget> {
  const id = newId('budget');
  const { window } = budget;
  await transaction.query({
    text: `INSERT INTO ledger.budgets
             (id, organization_id, scope, name, amount, window_kind, time_zone, starts_at, ends_at, enforcement, thresholds)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    values: [
      ...[id, organizationId, toScopeName(organizationId, budget.scope), budget.name, parseNano(budget.amountNanoUsd)],
      ...[window.kind, 'timeZone' in window ? window.timeZone : 'UTC'],
      ...('startsAt' in window ? [window.startsAt, window.endsAt] : [null, null]),
      ...[budget.enforcement, budget.thresholds],
    ],
  });
  return findBudget(transaction, organizationId, id);
}

async function lockBudget(transaction: Queryable, organizationId: string, id: string): Promise<void> {
  const [row] = await transaction.query<{ closed: boolean }>({
    text: `SELECT closed_at IS NOT NULL AS closed FROM ledger.budgets WHERE organization_id = $1 AND id = $2 FOR UPDATE`,
    values: [organizationId, id],
  });
  if (!row || row.closed) throw refuse('budget_not_found');
}

async function findBudget(database: Queryable, organizationId: string, id: string): Promise<Budget> {
  const [row] = await database.query<BudgetRow & Record<string, unknown>>({
    text: `SELECT ${budgetColumns} FROM ${budgetTables} WHERE b.organization_id = $1 AND b.id = $2`,
    values: [organizationId, id],
  });
  if (!row) throw refuse('budget_not_found');
  return toBudget(row);
}

async function requireScope(transaction: Queryable, organizationId: string, scope: BudgetScope): Promise<void> {
  if (scope.type === 'organization' || scope.type === 'model') return;
  const found = await transaction.query({ text: scopeLookups[scope.type], values: [organizationId, scope.id] });
  if (found.length > 0) return;
  const message = `There is no ${scope.type} of this id in your organisation that is in use.`;
  throw refuse('scope_not_found', message, { param: 'scope.id' });
}

/** Postgres computes the windows, so that its own list of time zones decides. */
async function requireTimeZone(transaction: Queryable, window: BudgetWindow): Promise<void> {
  if (!('timeZone' in window)) return;
  const text = 'SELECT 1 FROM pg_timezone_names WHERE name = $1';
  if ((await transaction.query({ text, values: [window.timeZone] })).length > 0) return;
  const message = "There is no time zone of this name. Use one of the IANA database's, for example 'Europe/Berlin'.";
  throw refuse('invalid_request', message, { param: 'window.time_zone' });
}

/** What the audit log shows: without the running figures, which are no part of a change. */
function toJson({ current: _, ...budget }: Budget): JsonObject {
  return budget;
}
