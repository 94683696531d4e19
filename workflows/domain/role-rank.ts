import type { Actor, Role } from '../contracts/access.js';

const fromMostToLeast: readonly Role[] = ['owner', 'admin', 'member', 'billing', 'viewer'];

export function isAbove(role: Role, other: Role): boolean {
  return fromMostToLeast.indexOf(role) < fromMostToLeast.indexOf(other);
}

/** The most that the actor is: in the organisation, or, where a project is named, in that project. */
export function rankOf({ role, projectRoles }: Actor, projectId?: string): Role {
  const inProject = projectId === undefined ? undefined : projectRoles[projectId];
  return inProject !== undefined && isAbove(inProject, role) ? inProject : role;
}
