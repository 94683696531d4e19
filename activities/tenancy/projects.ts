import type { AccountBalance, Management, ProjectSummary } from '../../workflows/contracts/ports.js';
import { parseNano } from '../../workflows/domain/money.js';
import type { Database, Queryable } from '../storage/database.js';
import { newId } from './api-keys.js';
import { readBalances } from './balances.js';

interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
}

/** @throws where there is no such organisation. */
export async function createProject(
  database: Database,
  organizationId: string,
  project: Parameters<Management['createProject']>[1],
): Promise<ProjectSummary> {
  const id = newId('proj');
  return database.transaction(async (transaction) => {
    const [row] = await transaction.query<ProjectRow>({
      text: `INSERT INTO tenancy.projects (id, organization_id, name, answer_hold_ms)
             VALUES ($1, $2, $3, coalesce($4, 3600000)) RETURNING id, name, created_at`,
      values: [id, organizationId, project.name, project.answerHoldMs ?? null],
    });
    if (project.budgetNanoUsd !== undefined) await openBudget(transaction, id, parseNano(project.budgetNanoUsd));
    return toSummary(row as ProjectRow, await readBalances(transaction, [`project:${id}`]));
  });
}

/** A budget of 0 is one too: nothing that costs anything may be asked for. */
async function openBudget(transaction: Queryable, projectId: string, amountNanoUsd: bigint): Promise<void> {
  const accountId = `budget:project:${projectId}`;
  await transaction.query({
    text: `INSERT INTO ledger.accounts (id, kind, scope) VALUES ($1, 'budget', $2)`,
    values: [accountId, `project:${projectId}`],
  });
  if (amountNanoUsd === 0n) return;
  await transaction.query({
    text: `SELECT ledger.credit($1, $2, 'house:allowances', $3, 'project budget')`,
    values: [`allowance:project:${projectId}`, accountId, amountNanoUsd],
  });
}

export async function listProjects(database: Queryable, organizationId: string): Promise<readonly ProjectSummary[]> {
  const rows = await database.query<ProjectRow>({
    text: `SELECT id, name, created_at FROM tenancy.projects WHERE organization_id = $1 AND archived_at IS NULL ORDER BY created_at, id`,
    values: [organizationId],
  });
  const scopes = rows.map(({ id }) => `project:${id}`);
  const balances = await readBalances(database, scopes);
  return rows.map((row) => toSummary(row, balances));
}

function toSummary(row: ProjectRow, balances: readonly AccountBalance[]): ProjectSummary {
  const budget = balances.find(({ kind, scope }) => kind === 'budget' && scope === `project:${row.id}`);
  return { id: row.id, name: row.name, createdAt: row.created_at.toISOString(), ...(budget && { budget }) };
}
