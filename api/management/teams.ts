import { z } from 'zod';
import type { Team } from '../../workflows/contracts/tenancy.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import {
  renderRestrictions,
  restrictionChangeFields,
  restrictionFields,
  toRestrictionsChange,
} from './restriction-schemas.js';
import { archivablePageQuerySchema, idSchema, listSchema, nameSchema, timestampSchema } from './schemas.js';

const teamSchema = z.object({
  id: idSchema,
  object: z.literal('organization.team'),
  name: nameSchema,
  /** Null where the team stands under the organisation itself. */
  parent_id: idSchema.nullable(),
  created_at: timestampSchema,
  archived_at: timestampSchema.nullable(),
  status: z.enum(['active', 'archived']),
  ...restrictionFields,
});

const about = { tag: 'Teams', path: '/v1/organization/teams' } as const;
const aTeam = { tag: about.tag, path: `${about.path}/{team_id}`, params: z.object({ team_id: idSchema }) } as const;

export const teamEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-teams', summary: 'List the teams of the organisation.' },
    permission: 'teams.read',
    query: archivablePageQuerySchema,
    response: listSchema(teamSchema),
    handle: async ({ teams }, { by, query: { include_archived: includeArchived, ...page } }) =>
      renderList(await teams.list(by.organizationId, { ...page, includeArchived }), renderTeam),
  }),
  endpoint({
    ...about,
    ...{ method: 'POST', id: 'create-team', summary: 'Create a team, under another one if a parent is given.' },
    permission: 'teams.write',
    body: z.strictObject({ name: nameSchema, parent_id: idSchema.nullish(), ...restrictionChangeFields }),
    response: teamSchema,
    handle: async ({ teams }, { by, body }) => {
      const { name, parent_id: parentId = null } = body;
      return renderTeam(await teams.create(by, { name, parentId, restrictions: toRestrictionsChange(body) }));
    },
  }),
  endpoint({
    ...aTeam,
    ...{ method: 'GET', id: 'retrieve-team', summary: 'One team, archived or not.' },
    permission: 'teams.read',
    response: teamSchema,
    errors: ['team_not_found'],
    handle: async ({ teams }, { by, params }) => renderTeam(await teams.get(by.organizationId, params.team_id)),
  }),
  endpoint({
    ...aTeam,
    ...{ method: 'POST', id: 'modify-team', summary: 'Rename a team, move it under another one, or restrict it.' },
    permission: 'teams.write',
    body: z.strictObject({ name: nameSchema.optional(), parent_id: idSchema.nullish(), ...restrictionChangeFields }),
    response: teamSchema,
    errors: ['team_not_found', 'archived'],
    handle: async ({ teams }, { by, params, body }) =>
      renderTeam(
        await teams.modify(by, params.team_id, {
          ...(body.name !== undefined && { name: body.name }),
          ...(body.parent_id !== undefined && { parentId: body.parent_id }),
          restrictions: toRestrictionsChange(body),
        }),
      ),
  }),
  endpoint({
    ...aTeam,
    path: `${aTeam.path}/archive`,
    ...{ method: 'POST', id: 'archive-team', summary: 'Archive a team in which nothing stands any more.' },
    permission: 'teams.write',
    response: teamSchema,
    errors: ['team_not_found', 'team_in_use'],
    handle: async ({ teams }, { by, params }) => renderTeam(await teams.archive(by, params.team_id)),
  }),
];

function renderTeam({ id, name, parentId, createdAt, archivedAt, restrictions }: Team) {
  return {
    id,
    object: 'organization.team' as const,
    name,
    parent_id: parentId ?? null,
    created_at: toSeconds(createdAt),
    archived_at: archivedAt === undefined ? null : toSeconds(archivedAt),
    status: archivedAt === undefined ? ('active' as const) : ('archived' as const),
    ...renderRestrictions(restrictions),
  };
}
