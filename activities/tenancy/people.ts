import type { People } from '../../workflows/contracts/people.js';
import { createInvites } from './invites.js';
import type { MembershipDependencies } from './membership.js';
import { createProjectUsers } from './project-users.js';
import { createUsers } from './users.js';

/** Who belongs to an organisation and its projects, in which role, and who is invited. */
export function createPeople(deps: MembershipDependencies): People {
  return { users: createUsers(deps), projectUsers: createProjectUsers(deps), invites: createInvites(deps) };
}
