import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type { Team, TeamChange, Teams } from '../../workflows/contracts/tenancy.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { changeRestrictions } from '../../workflows/domain/restrictions.js';
import type { Database, Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import { restrictionColumns, restrictionValues } from './restriction-columns.js';
import { describeTeam, readTeam, requireTeam, teamColumns, type TeamRow, toTeam } from './team-rows.js';

export function createTeams(deps: { readonly database: Database; readonly audit: AuditTrail }): Teams {
  const { database, audit } = deps;
  /** Changes of one organisation's tree wait for each other: two that are harmless alone could make a circle together. */
  const changeTree = <T>(organizationId: string, work: (transaction: Queryable) => Promise<T>): Promise<T> =>
    database
      .transaction(async (transaction) => {
        await transaction.query({
          text: 'SELECT 1 FROM tenancy.organizations WHERE id = $1 FOR NO KEY UPDATE',
          values: [organizationId],
        });
        return work(transaction);
      })
      .catch((error: unknown) => {
        throw treeRefusal(error) ?? error;
      });
  return {
    list: (organizationId, query) => {
      const all = {
        text: `SELECT ${teamColumns} FROM tenancy.teams WHERE organization_id = $1`,
        values: [organizationId],
      };
      const rows = query.includeArchived ? all : { ...all, text: `${all.text} AND archived_at IS NULL` };
      return readPage(database, { rows, cursors: all, toItem: toTeam }, query);
    },
    create: (by, team) => changeTree(by.organizationId, (transaction) => createTeam(transaction, audit, by, team)),
    get: (organizationId, teamId) => readTeam(database, organizationId, teamId),
    modify: (by, teamId, change) =>
      changeTree(by.organizationId, (transaction) => modifyTeam(transaction, audit, by, teamId, change)),
    archive: (by, teamId) =>
      changeTree(by.organizationId, (transaction) => archiveTeam(transaction, audit, by, teamId)),
  };
}

async function createTeam(
  transaction: Queryable,
  audit: AuditTrail,
  by: ActingRequest,
  { name, parentId, restrictions }: Parameters<Teams['create']>[1],
): Promise<Team> {
  if (parentId != null) await requireTeam(transaction, by.organizationId, parentId, 'parent_id');
  const values = restrictionValues(changeRestrictions({}, restrictions));
  const [row] = await transaction.query<TeamRow>({
    text: `INSERT INTO tenancy.teams (id, organization_id, name, parent_id, ${restrictionColumns})
           VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${teamColumns}`,
    values: [newId('team'), by.organizationId, name, parentId ?? null, ...values],
  });
  const team = toTeam(row as TeamRow);
  await transaction.query(audit.entry(by, { type: 'team.created', objectId: team.id, after: describeTeam(team) }));
  return team;
}

async function modifyTeam(
  transaction: Queryable,
  audit: AuditTrail,
  by: ActingRequest,
  teamId: string,
  change: TeamChange,
): Promise<Team> {
  const before = await readTeam(transaction, by.organizationId, teamId, 'FOR NO KEY UPDATE');
  if (before.archivedAt !== undefined) throw refuse('archived', 'The team is archived and does not change any more.');
  const parentId = change.parentId === undefined ? before.parentId : change.parentId;
  if (parentId != null && parentId !== before.parentId) {
    await requireTeam(transaction, by.organizationId, parentId, 'parent_id');
  }
  const values = restrictionValues(changeRestrictions(before.restrictions, change.restrictions));
  const [row] = await transaction.query<TeamRow>({
    text: `UPDATE tenancy.teams SET name = $2, parent_id = $3, (${restrictionColumns}) = ($4, $5, $6)
           WHERE id = $1 RETURNING ${teamColumns}`,
    values: [teamId, change.name ?? before.name, parentId ?? null, ...values],
  });
  const after = toTeam(row as TeamRow);
  await transaction.query(
    audit.entry(by, {
      type: 'team.updated',
      objectId: teamId,
      before: describeTeam(before),
      after: describeTeam(after),
    }),
  );
  return after;
}

async function archiveTeam(
  transaction: Queryable,
  audit: AuditTrail,
  by: ActingRequest,
  teamId: string,
): Promise<Team> {
  const before = await readTeam(transaction, by.organizationId, teamId, 'FOR NO KEY UPDATE');
  if (before.archivedAt !== undefined) return before;
  const [inside] = await transaction.query<{ readonly id: string }>({
    text: `SELECT id FROM tenancy.projects WHERE team_id = $1 AND archived_at IS NULL
           UNION ALL SELECT id FROM tenancy.teams WHERE parent_id = $1 AND archived_at IS NULL LIMIT 1`,
    values: [teamId],
  });
  if (inside) {
    throw refuse('team_in_use', `'${inside.id}' stands in this team and is not archived. Move or archive it first.`);
  }
  const [row] = await transaction.query<TeamRow>({
    text: `UPDATE tenancy.teams SET archived_at = now() WHERE id = $1 RETURNING ${teamColumns}`,
    values: [teamId],
  });
  const after = toTeam(row as TeamRow);
  await transaction.query(
    audit.entry(by, {
      type: 'team.archived',
      objectId: teamId,
      before: describeTeam(before),
      after: describeTeam(after),
    }),
  );
  return after;
}

/** The SQLSTATEs of the trigger that keeps the tree a tree. */
const treeProblems: { readonly [state: string]: string | undefined } = {
  SL101: "'parent_id' is no team of your organisation. Send the id of a team of GET /v1/organization/teams.",
  SL102: 'The team would stand under itself. Send the id of a team that does not stand below this one.',
  SL103: 'Teams stand at most 8 above each other. Choose a team that is nearer to the organisation.',
};

function treeRefusal(error: unknown): Error | undefined {
  const message = treeProblems[String((error as { readonly code?: unknown }).code)];
  return message === undefined ? undefined : refuse('invalid_request', message, { param: 'parent_id' });
}
