import { z } from 'zod';
import type { ProjectUser } from '../../workflows/contracts/people.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import {
  deletedSchema,
  emailSchema,
  givenRoleSchema,
  idSchema,
  listSchema,
  pageQuerySchema,
  roleSchema,
  timestampSchema,
} from './schemas.js';

const projectUserSchema = z.object({
  id: idSchema,
  object: z.literal('organization.project.user'),
  name: z.string(),
  email: z.string(),
  /** In the project. */
  role: roleSchema,
  added_at: timestampSchema,
});

/** The person by id or by e-mail address. */
const newProjectUserSchema = z
  .strictObject({ role: givenRoleSchema, user_id: idSchema.nullish(), email: emailSchema.nullish() })
  .refine(({ user_id: userId, email }) => (userId == null) !== (email == null), {
    path: ['user_id'],
    message: "expected either 'user_id' or 'email'",
  });

const inProject = {
  tag: 'Project users',
  path: '/v1/organization/projects/{project_id}/users',
  params: z.object({ project_id: idSchema }),
} as const;
const one = {
  tag: inProject.tag,
  path: `${inProject.path}/{user_id}`,
  params: z.object({ project_id: idSchema, user_id: idSchema }),
  errors: ['project_not_found', 'user_not_found'],
} as const;

export const projectUserEndpoints = [
  endpoint({
    ...inProject,
    ...{ method: 'GET', id: 'list-project-users', summary: 'List who has a role in a project.' },
    permission: 'project_users.read',
    query: pageQuerySchema,
    response: listSchema(projectUserSchema),
    errors: ['project_not_found'],
    handle: async ({ people }, { by, params, query }) =>
      renderList(await people.projectUsers.list(by.organizationId, params.project_id, query), renderProjectUser),
  }),
  endpoint({
    ...inProject,
    ...{ method: 'POST', id: 'create-project-user', summary: 'Give a user of the organisation a role in a project.' },
    permission: 'project_users.write',
    body: newProjectUserSchema,
    response: projectUserSchema,
    errors: ['project_not_found', 'user_not_found'],
    handle: async ({ people }, { by, params, body: { role, user_id: userId, email } }) => {
      const who = userId == null ? { email: email ?? '' } : { userId };
      return renderProjectUser(await people.projectUsers.add(by, params.project_id, { role, ...who }));
    },
  }),
  endpoint({
    ...one,
    ...{ method: 'GET', id: 'retrieve-project-user', summary: 'Retrieve a user of a project.' },
    permission: 'project_users.read',
    response: projectUserSchema,
    handle: async ({ people }, { by, params }) =>
      renderProjectUser(await people.projectUsers.get(by.organizationId, params.project_id, params.user_id)),
  }),
  endpoint({
    ...one,
    ...{ method: 'POST', id: 'modify-project-user', summary: "Change a user's role in a project." },
    permission: 'project_users.write',
    body: z.strictObject({ role: givenRoleSchema }),
    response: projectUserSchema,
    handle: async ({ people }, { by, params, body }) =>
      renderProjectUser(await people.projectUsers.modify(by, params.project_id, params.user_id, { role: body.role })),
  }),
  endpoint({
    ...one,
    ...{ method: 'DELETE', id: 'delete-project-user', summary: "Take a user's role in a project away." },
    permission: 'project_users.write',
    response: deletedSchema('organization.project.user.deleted'),
    handle: async ({ people }, { by, params: { project_id: projectId, user_id: id } }) => {
      await people.projectUsers.remove(by, projectId, id);
      return { object: 'organization.project.user.deleted' as const, id, deleted: true as const };
    },
  }),
];

function renderProjectUser({ id, name, email, role, addedAt }: ProjectUser) {
  return { id, object: 'organization.project.user' as const, name, email, role, added_at: toSeconds(addedAt) };
}
