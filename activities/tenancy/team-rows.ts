import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Team } from '../../workflows/contracts/tenancy.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import {
  describeRestrictions,
  type RestrictionColumns,
  restrictionColumns,
  toRestrictions,
} from './restriction-columns.js';

export interface TeamRow extends RestrictionColumns {
  readonly id: string;
  readonly name: string;
  readonly parent_id: string | null;
  readonly created_at: Date;
  readonly archived_at: Date | null;
}

export const teamColumns = `id, name, parent_id, created_at, archived_at, ${restrictionColumns}`;

export function toTeam(row: TeamRow): Team {
  return {
    id: row.id,
    name: row.name,
    ...(row.parent_id !== null && { parentId: row.parent_id }),
    restrictions: toRestrictions(row),
    createdAt: row.created_at.toISOString(),
    ...(row.archived_at && { archivedAt: row.archived_at.toISOString() }),
  };
}

/** @throws RefusalError `team_not_found`. */
export async function readTeam(
  database: Queryable,
  organizationId: string,
  teamId: string,
  lock: '' | 'FOR NO KEY UPDATE' = '',
): Promise<Team> {
  const [row] = await database.query<TeamRow>({
    text: `SELECT ${teamColumns} FROM tenancy.teams WHERE organization_id = $1 AND id = $2 ${lock}`,
    values: [organizationId, teamId],
  });
  if (!row) throw refuse('team_not_found');
  return toTeam(row);
}

/**
 * Whether something may be put into the team. Its row is locked against being archived meanwhile.
 * @throws RefusalError `invalid_request` of the field that names the team.
 */
export async function requireTeam(
  transaction: Queryable,
  organizationId: string,
  teamId: string,
  param: 'team_id' | 'parent_id',
): Promise<void> {
  const [row] = await transaction.query<{ readonly archived: boolean }>({
    text: `SELECT archived_at IS NOT NULL AS archived FROM tenancy.teams WHERE organization_id = $1 AND id = $2 FOR SHARE`,
    values: [organizationId, teamId],
  });
  const problem = !row ? 'is no team of your organisation' : row.archived ? 'is a team that is archived' : undefined;
  if (problem === undefined) return;
  throw refuse('invalid_request', `'${param}' ${problem}. Send the id of a team of GET /v1/organization/teams.`, {
    param,
  });
}

/** For the audit log. */
export function describeTeam({ name, parentId, restrictions, archivedAt }: Team): JsonObject {
  return {
    name,
    parent_id: parentId ?? null,
    ...describeRestrictions(restrictions),
    ...(archivedAt !== undefined && { archived_at: archivedAt }),
  };
}
