import type { Database } from '../activities/storage/database.js';
import { createAdminKeys } from '../activities/tenancy/admin-keys.js';
import { createManagement } from '../activities/tenancy/management.js';
import { createOrganizations } from '../activities/tenancy/organizations.js';
import { createPeople } from '../activities/tenancy/people.js';
import { createProjectKeys } from '../activities/tenancy/project-keys.js';
import { createProjects } from '../activities/tenancy/projects.js';
import { createServiceAccounts } from '../activities/tenancy/service-accounts.js';
import { createTeams } from '../activities/tenancy/teams.js';
import type { AppDependencies } from '../api/dependencies.js';
import type { AuditTrail } from '../workflows/contracts/audit.js';

type Tenancy = Pick<
  AppDependencies,
  'organizations' | 'teams' | 'projects' | 'serviceAccounts' | 'projectKeys' | 'people' | 'adminKeys' | 'management'
>;

/** What an admin key may do with its organisation. */
export function composeTenancy(deps: {
  readonly database: Database;
  readonly pepper: Buffer;
  readonly audit: AuditTrail;
}): Tenancy {
  return {
    organizations: createOrganizations(deps),
    teams: createTeams(deps),
    projects: createProjects(deps),
    serviceAccounts: createServiceAccounts(deps),
    projectKeys: createProjectKeys(deps),
    people: createPeople(deps),
    adminKeys: createAdminKeys(deps),
    management: createManagement(deps),
  };
}
