import type {
  NewKey,
  Organization,
  Organizations,
  Project,
  ProjectChange,
  ProjectKey,
  ProjectKeys,
  Projects,
  ServiceAccount,
  ServiceAccounts,
  Team,
  Teams,
} from '../../workflows/contracts/tenancy.js';
import { changeRestrictions } from '../../workflows/domain/restrictions.js';
import { fakeBalance } from './fake-management.js';
import { createFakeObjects, type FakeObjects } from './fake-objects.js';

const CREATED_AT = '2026-11-01T00:00:00.000Z';

export interface FakeTenancy {
  readonly organizations: Organizations;
  readonly teams: Teams;
  readonly projects: Projects;
  readonly serviceAccounts: ServiceAccounts;
  readonly projectKeys: ProjectKeys;
}

/** Teams, projects, service accounts and keys of one organisation in memory. */
export function createFakeTenancy(): FakeTenancy {
  const projects = createFakeObjects<Project>('project_not_found');
  const keys = createFakeObjects<ProjectKey>('key_not_found');
  return {
    organizations: createFakeOrganizations(),
    teams: createFakeTeams(),
    projects: createFakeProjects(projects),
    serviceAccounts: createFakeServiceAccounts(projects, keys),
    projectKeys: createFakeProjectKeys(projects, keys),
  };
}

function createFakeOrganizations(): Organizations {
  let organization: Organization = { id: 'org_1', name: 'One', restrictions: {}, createdAt: CREATED_AT };
  return {
    get: async () => organization,
    modify: async (_by, { name, restrictions }) => {
      organization = {
        ...organization,
        ...(name !== undefined && { name }),
        restrictions: changeRestrictions(organization.restrictions, restrictions),
      };
      return organization;
    },
  };
}

function createFakeTeams(): Teams {
  const teams = createFakeObjects<Team>('team_not_found');
  return {
    list: async (_organizationId, query) =>
      teams.page(query, ({ archivedAt }) => query.includeArchived || archivedAt === undefined),
    create: async (_by, { name, parentId, restrictions }) =>
      teams.add((number) => ({
        ...{ id: `team_${number}`, name, createdAt: CREATED_AT, ...(parentId != null && { parentId }) },
        restrictions: changeRestrictions({}, restrictions),
      })),
    get: async (_organizationId, id) => teams.get(id),
    modify: async (_by, id, { name, parentId, restrictions }) =>
      teams.change(id, {
        ...(name !== undefined && { name }),
        ...(parentId != null && { parentId }),
        restrictions: changeRestrictions(teams.get(id).restrictions, restrictions),
      }),
    archive: async (_by, id) => teams.change(id, { archivedAt: CREATED_AT }),
  };
}

type Retentions = Pick<ProjectChange, 'storedAnswerRetentionMs' | 'outputRetentionMs' | 'fileRetentionMs'>;

function withoutNull(retentions: Retentions): Partial<Project> {
  return Object.fromEntries(Object.entries(retentions).filter(([, ms]) => ms !== null));
}

function createFakeProjects(projects: FakeObjects<Project>): Projects {
  return {
    list: async (_organizationId, query) =>
      projects.page(query, ({ archivedAt }) => query.includeArchived || archivedAt === undefined),
    create: async (by, { name, budgetNanoUsd, teamId, answerHoldMs, restrictions, ...retentions }) =>
      projects.add((number) => ({
        ...{ id: `proj_${number}`, name: `${name} (${by.organizationId})`, createdAt: CREATED_AT },
        ...(teamId != null && { teamId }),
        answerHoldMs: answerHoldMs ?? 3_600_000,
        ...withoutNull(retentions),
        restrictions: changeRestrictions({}, restrictions),
        ...(budgetNanoUsd !== undefined && { budget: fakeBalance(`project:proj_${number}`, 'budget', budgetNanoUsd) }),
      })),
    get: async (_organizationId, id) => projects.get(id),
    modify: async (_by, id, { name, teamId, answerHoldMs, restrictions, ...retentions }) =>
      projects.change(id, {
        ...(name !== undefined && { name }),
        ...(teamId != null && { teamId }),
        ...(answerHoldMs !== undefined && { answerHoldMs }),
        ...withoutNull(retentions),
        restrictions: changeRestrictions(projects.get(id).restrictions, restrictions),
      }),
    archive: async (_by, id) => projects.change(id, { archivedAt: CREATED_AT }),
  };
}

function createFakeServiceAccounts(projects: FakeObjects<Project>, keys: FakeObjects<ProjectKey>): ServiceAccounts {
  const accounts = createFakeObjects<ServiceAccount>('service_account_not_found');
  return {
    list: async (_organizationId, projectId, query) => {
      projects.get(projectId);
      return accounts.page(query);
    },
    create: async (_by, projectId, { name, withoutKey }) => {
      projects.get(projectId);
      const account = accounts.add((number) => ({
        ...{ id: `svc_acct_${number}`, name, role: 'member', createdAt: CREATED_AT },
      }));
      return { account, ...(!withoutKey && { key: addKey(keys, projectId, { name: 'Secret Key' }) }) };
    },
    get: async (_organizationId, projectId, id) => {
      projects.get(projectId);
      return accounts.get(id);
    },
    modify: async (_by, projectId, id, change) => {
      projects.get(projectId);
      return accounts.change(id, change);
    },
    remove: async (_by, projectId, id) => {
      projects.get(projectId);
      accounts.remove(id);
    },
    createKey: async (_by, projectId, id, name) => {
      projects.get(projectId);
      accounts.get(id);
      return addKey(keys, projectId, { name });
    },
  };
}

function createFakeProjectKeys(projects: FakeObjects<Project>, keys: FakeObjects<ProjectKey>): ProjectKeys {
  const find = (projectId: string, id: string): ProjectKey => {
    projects.get(projectId);
    return keys.get(id);
  };
  return {
    list: async (_organizationId, projectId, query) => {
      projects.get(projectId);
      return keys.page(query, (key) => key.projectId === projectId);
    },
    create: async (_by, projectId, { name, mode, restrictions }) => {
      projects.get(projectId);
      return addKey(keys, projectId, { name, mode, restrictions: changeRestrictions({}, restrictions) });
    },
    get: async (_organizationId, projectId, id) => find(projectId, id),
    modify: async (_by, projectId, id, { name, restrictions }) =>
      keys.change(id, {
        ...(name !== undefined && { name }),
        restrictions: changeRestrictions(find(projectId, id).restrictions, restrictions),
      }),
    rotate: async (_by, projectId, id) => {
      find(projectId, id);
      return { ...keys.change(id, { previousValidUntil: CREATED_AT }), secret: 'sk-sluice-rotated' };
    },
    remove: async (_by, projectId, id) => {
      find(projectId, id);
      keys.change(id, { revokedAt: CREATED_AT });
    },
  };
}

function addKey(
  keys: FakeObjects<ProjectKey>,
  projectId: string,
  fields: Pick<ProjectKey, 'name'> & Partial<ProjectKey>,
): NewKey {
  const key = keys.add((number) => ({
    ...{ id: `key_${number}`, projectId, mode: 'live', hint: 'sk-sluice-…abcd', ownerHasAccess: true },
    ...{ restrictions: {}, createdAt: CREATED_AT },
    ...fields,
  }));
  return { ...key, secret: 'sk-sluice-whole' };
}
