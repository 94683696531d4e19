import type { JsonObject } from '../../workflows/contracts/json.js';
import type { AccountBalance } from '../../workflows/contracts/ports.js';
import type { Project } from '../../workflows/contracts/tenancy.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import {
  describeRestrictions,
  type RestrictionColumns,
  restrictionColumns,
  toRestrictions,
} from './restriction-columns.js';

export interface ProjectRow extends RestrictionColumns {
  readonly id: string;
  readonly name: string;
  readonly team_id: string | null;
  readonly answer_hold_ms: bigint;
  readonly stored_answer_retention_ms: bigint | null;
  readonly output_retention_ms: bigint | null;
  readonly file_retention_ms: bigint | null;
  readonly created_at: Date;
  readonly archived_at: Date | null;
}

export const projectColumns = `id, name, team_id, answer_hold_ms, stored_answer_retention_ms, output_retention_ms,
  file_retention_ms, created_at, archived_at,
  ${restrictionColumns}`;

/** `balances` may be those of other projects too. */
export function toProject(row: ProjectRow, balances: readonly AccountBalance[]): Project {
  const { stored_answer_retention_ms: storedMs, output_retention_ms: outputMs, file_retention_ms: fileMs } = row;
  const budget = balances.find(({ kind, scope }) => kind === 'budget' && scope === `project:${row.id}`);
  return {
    id: row.id,
    name: row.name,
    ...(row.team_id !== null && { teamId: row.team_id }),
    restrictions: toRestrictions(row),
    answerHoldMs: Number(row.answer_hold_ms),
    ...(storedMs !== null && { storedAnswerRetentionMs: Number(storedMs) }),
    ...(outputMs !== null && { outputRetentionMs: Number(outputMs) }),
    ...(fileMs !== null && { fileRetentionMs: Number(fileMs) }),
    createdAt: row.created_at.toISOString(),
    ...(row.archived_at && { archivedAt: row.archived_at.toISOString() }),
    ...(budget && { budget }),
  };
}

/** @throws RefusalError `project_not_found`. */
export async function findProjectRow(
  database: Queryable,
  organizationId: string,
  projectId: string,
  lock: '' | 'FOR NO KEY UPDATE' | 'FOR SHARE' = '',
): Promise<ProjectRow> {
  const [row] = await database.query<ProjectRow>({
    text: `SELECT ${projectColumns} FROM tenancy.projects WHERE organization_id = $1 AND id = $2 ${lock}`,
    values: [organizationId, projectId],
  });
  if (!row) throw refuse('project_not_found');
  return row;
}

/** Locks the project against being archived while something is put into it. */
export async function requireOpenProject(
  transaction: Queryable,
  organizationId: string,
  projectId: string,
): Promise<void> {
  const { archived_at: archivedAt } = await findProjectRow(transaction, organizationId, projectId, 'FOR SHARE');
  if (archivedAt) throw projectArchived();
}

export function projectArchived(): Error {
  return refuse('archived', 'The project is archived and does not change any more. Create another one.');
}

/** For the audit log. */
export function describeProject(project: Project): JsonObject {
  const { name, teamId, restrictions, answerHoldMs, storedAnswerRetentionMs, archivedAt } = project;
  return {
    name,
    team_id: teamId ?? null,
    answer_hold_ms: answerHoldMs,
    stored_answer_retention_ms: storedAnswerRetentionMs ?? null,
    output_retention_ms: project.outputRetentionMs ?? null,
    file_retention_ms: project.fileRetentionMs ?? null,
    ...describeRestrictions(restrictions),
    ...(archivedAt !== undefined && { archived_at: archivedAt }),
  };
}
