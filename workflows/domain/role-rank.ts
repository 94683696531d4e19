import type { Actor, Permission, Role } from '../contracts/access.js';
import { isPermitted, permissions } from './permissions.js';

const fromMostToLeast: readonly Role[] = ['owner', 'admin', 'member', 'billing', 'viewer'];

export function isAbove(role: Role, other: Role): boolean {
  return fromMostToLeast.indexOf(role) < fromMostToLeast.indexOf(other);
}

/** The most that the actor is: in the organisation, or, where a project is named, in that project. */
export function rankOf({ role, projectRoles }: Actor, projectId?: string): Role {
  const inProject = projectId === undefined ? undefined : projectRoles[projectId];
  return inProject !== undefined && isAbove(inProject, role) ? inProject : role;
}

/**
 * Whether a role is more than the actor: above it in rank, or with a permission that it lacks. Ranks alone would let an admin
 * make somebody, itself included, a biller, who may move credit.
 */
export function exceeds(role: Role, actor: Actor, projectId?: string): boolean {
  if (isAbove(role, rankOf(actor, projectId))) return true;
  return (Object.keys(permissions) as Permission[]).some((permission) => {
    const { organization, project = [] } = permissions[permission];
    const holders: readonly Role[] = projectId === undefined ? organization : project;
    return holders.includes(role) && !isPermitted(actor, permission, projectId);
  });
}
