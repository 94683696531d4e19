import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type { Project, ProjectChange, Projects } from '../../workflows/contracts/tenancy.js';
import { parseNano } from '../../workflows/domain/money.js';
import { changeRestrictions } from '../../workflows/domain/restrictions.js';
import type { Database, Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import { readBalances } from './balances.js';
import {
  describeProject,
  findProjectRow,
  projectArchived,
  projectColumns,
  type ProjectRow,
  toProject,
} from './project-rows.js';
import { restrictionColumns, restrictionValues } from './restriction-columns.js';
import { requireTeam } from './team-rows.js';

const defaultAnswerHoldMs = 3_600_000;

export function createProjects(deps: { readonly database: Database; readonly audit: AuditTrail }): Projects {
  const { database, audit } = deps;
  return {
    list: async (organizationId, query) => {
      const all = {
        text: `SELECT ${projectColumns} FROM tenancy.projects WHERE organization_id = $1`,
        values: [organizationId],
      };
      const rows = query.includeArchived ? all : { ...all, text: `${all.text} AND archived_at IS NULL` };
      const toItem = (row: ProjectRow): ProjectRow => row;
      const { data, hasMore } = await readPage(database, { rows, cursors: all, toItem }, query);
      return { data: await withBudgets(database, data), hasMore };
    },
    create: (by, project) => database.transaction((transaction) => createProject(transaction, audit, by, project)),
    get: async (organizationId, projectId) =>
      withBudget(database, await findProjectRow(database, organizationId, projectId)),
    modify: (by, projectId, change) =>
      database.transaction((transaction) => modifyProject(transaction, audit, by, projectId, change)),
    archive: (by, projectId) =>
      database.transaction((transaction) => archiveProject(transaction, audit, by, projectId)),
  };
}

async function createProject(
  transaction: Queryable,
  audit: AuditTrail,
  by: ActingRequest,
  asked: Parameters<Projects['create']>[1],
): Promise<Project> {
  const { organizationId } = by;
  if (asked.teamId != null) await requireTeam(transaction, organizationId, asked.teamId, 'team_id');
  const id = newId('proj');
  const restrictions = restrictionValues(changeRestrictions({}, asked.restrictions));
  const holdMs = asked.answerHoldMs ?? defaultAnswerHoldMs;
  const [row] = await transaction.query<ProjectRow>({
    text: `INSERT INTO tenancy.projects (id, organization_id, name, team_id, answer_hold_ms, stored_answer_retention_ms,
             output_retention_ms, file_retention_ms, ${restrictionColumns})
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${projectColumns}`,
    values: [id, organizationId, asked.name, asked.teamId ?? null, holdMs, ...retentionsOf({}, asked), ...restrictions],
  });
  if (asked.budgetNanoUsd !== undefined) {
    // A budget of 0 is one too: nothing that costs anything may be asked for.
    const text = 'SELECT ledger.open_project_budget($1, $2, $3, $4)';
    await transaction.query({ text, values: [organizationId, id, asked.name, parseNano(asked.budgetNanoUsd)] });
  }
  const project = await withBudget(transaction, row as ProjectRow);
  const after = {
    ...describeProject(project),
    ...(asked.budgetNanoUsd !== undefined && { budget_nano_usd: asked.budgetNanoUsd }),
  };
  await transaction.query(audit.entry(by, { type: 'project.created', objectId: id, projectId: id, after }));
  return project;
}

async function modifyProject(
  transaction: Queryable,
  audit: AuditTrail,
  by: ActingRequest,
  projectId: string,
  change: ProjectChange,
): Promise<Project> {
  const row = await findProjectRow(transaction, by.organizationId, projectId, 'FOR NO KEY UPDATE');
  if (row.archived_at) throw projectArchived();
  const before = toProject(row, []);
  const teamId = change.teamId === undefined ? before.teamId : change.teamId;
  if (teamId != null && teamId !== before.teamId) await requireTeam(transaction, by.organizationId, teamId, 'team_id');
  const restrictions = restrictionValues(changeRestrictions(before.restrictions, change.restrictions));
  const holdMs = change.answerHoldMs ?? before.answerHoldMs;
  const [updated] = await transaction.query<ProjectRow>({
    text: `UPDATE tenancy.projects SET name = $2, team_id = $3, answer_hold_ms = $4,
             stored_answer_retention_ms = $5, output_retention_ms = $6, file_retention_ms = $7,
             (${restrictionColumns}) = ($8, $9, $10)
           WHERE id = $1 RETURNING ${projectColumns}`,
    values: [
      ...[projectId, change.name ?? before.name, teamId ?? null, holdMs],
      ...retentionsOf(before, change),
      ...restrictions,
    ],
  });
  return recordChange(transaction, audit, by, 'project.updated', before, updated as ProjectRow);
}

/** Of stored answers, outputs and files, in the order of their columns; null where there is none of the project's own. */
function retentionsOf(before: Partial<Project>, change: ProjectChange): readonly (number | null)[] {
  const fields = ['storedAnswerRetentionMs', 'outputRetentionMs', 'fileRetentionMs'] as const;
  return fields.map((field) => (change[field] === undefined ? (before[field] ?? null) : change[field]));
}

async function archiveProject(
  transaction: Queryable,
  audit: AuditTrail,
  by: ActingRequest,
  projectId: string,
): Promise<Project> {
  const row = await findProjectRow(transaction, by.organizationId, projectId, 'FOR NO KEY UPDATE');
  if (row.archived_at) return withBudget(transaction, row);
  const [updated] = await transaction.query<ProjectRow>({
    text: `UPDATE tenancy.projects SET archived_at = now() WHERE id = $1 RETURNING ${projectColumns}`,
    values: [projectId],
  });
  return recordChange(transaction, audit, by, 'project.archived', toProject(row, []), updated as ProjectRow);
}

async function recordChange(
  transaction: Queryable,
  audit: AuditTrail,
  by: ActingRequest,
  type: 'project.updated' | 'project.archived',
  before: Project,
  row: ProjectRow,
): Promise<Project> {
  const after = await withBudget(transaction, row);
  const change = { before: describeProject(before), after: describeProject(after) };
  await transaction.query(audit.entry(by, { type, objectId: after.id, projectId: after.id, ...change }));
  return after;
}

async function withBudget(database: Queryable, row: ProjectRow): Promise<Project> {
  return toProject(row, await readBalances(database, [`project:${row.id}`]));
}

async function withBudgets(database: Queryable, rows: readonly ProjectRow[]): Promise<readonly Project[]> {
  const balances = await readBalances(
    database,
    rows.map(({ id }) => `project:${id}`),
  );
  return rows.map((row) => toProject(row, balances));
}
