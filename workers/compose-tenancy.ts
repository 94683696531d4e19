import type { Database } from '../activities/storage/database.js';
import { createManagement } from '../activities/tenancy/management.js';
import { createOrganizations } from '../activities/tenancy/organizations.js';
import { createProjectKeys } from '../activities/tenancy/project-keys.js';
import { createProjects } from '../activities/tenancy/projects.js';
import { createServiceAccounts } from '../activities/tenancy/service-accounts.js';
import { createTeams } from '../activities/tenancy/teams.js';
import type { AppDependencies } from '../api/dependencies.js';
import type { AuditTrail } from '../workflows/contracts/audit.js';

type Tenancy = Pick<
  AppDependencies,
  'organizations' | 'teams' | 'projects' | 'serviceAccounts' | 'projectKeys' | 'management'
>;

/** Writes nothing down: the audit log is a table of its own, which is not there yet. */
const audit: AuditTrail = {
  entry: () => ({ text: 'SELECT 1', values: [] }),
  list: () => Promise.resolve({ data: [], hasMore: false }),
};

/** What an admin key may do with its organisation. */
export function composeTenancy(deps: { readonly database: Database; readonly pepper: Buffer }): Tenancy {
  const shared = { ...deps, audit };
  return {
    organizations: createOrganizations(shared),
    teams: createTeams(shared),
    projects: createProjects(shared),
    serviceAccounts: createServiceAccounts(shared),
    projectKeys: createProjectKeys(shared),
    management: createManagement(deps),
  };
}
