import { afterAll, beforeAll, expect } from 'vitest';
import { audit as auditBooks } from '../../activities/ledger/audit.js';
import { createDatabase, type Database, type Queryable } from '../../activities/storage/database.js';
import { createHeardChanges, heardChannelName } from '../../activities/storage/heard-changes.js';
import { createNotifications } from '../../activities/storage/notifications.js';
import { createKeyDirectory, keyChangeChannelName } from '../../activities/tenancy/key-directory.js';
import { createManagement } from '../../activities/tenancy/management.js';
import { createOrganizations } from '../../activities/tenancy/organizations.js';
import { createProjectKeys } from '../../activities/tenancy/project-keys.js';
import { createProjects } from '../../activities/tenancy/projects.js';
import { createServiceAccounts } from '../../activities/tenancy/service-accounts.js';
import { createTeams } from '../../activities/tenancy/teams.js';
import type { ActingRequest, PageQuery, Role } from '../../workflows/contracts/access.js';
import type { AuditedChange, AuditTrail } from '../../workflows/contracts/audit.js';
import type { Caller, KeyDirectory, Management } from '../../workflows/contracts/ports.js';
import type {
  Organizations,
  ProjectKeys,
  Projects,
  ServiceAccounts,
  Teams,
} from '../../workflows/contracts/tenancy.js';
import { RefusalError } from '../../workflows/domain/refusal-error.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

export const pepper = Buffer.alloc(32, 3);
export const page: PageQuery = { limit: 100, order: 'asc' };
export const open = { ...page, includeArchived: false };
export const withinASecond = { timeout: 1_000, interval: 20 };

export interface TenancyWorld {
  readonly database: Database;
  readonly organizations: Organizations;
  readonly teams: Teams;
  readonly projects: Projects;
  readonly serviceAccounts: ServiceAccounts;
  readonly projectKeys: ProjectKeys;
  readonly management: Management;
  readonly keys: KeyDirectory;
  /** What the audit log was told, in the order of its telling. */
  readonly audited: (AuditedChange & { readonly organizationId: string })[];
  /** Questions that the key directory has asked. */
  readonly questions: number;
  /** While true, the key directory's database is away. */
  isAway: boolean;
  /** Resolves at the next announcement of this payload. */
  announced(payload: string): Promise<void>;
  /** Resolves once all that was announced so far has been heard: announcements come in the order of their commits. */
  allHeard(): Promise<void>;
  /** An organisation of the test's own, and its owner as an actor. */
  organization(): Promise<ActingRequest>;
  user(organizationId: string, role: Role): Promise<string>;
  /** Of a key that is valid. */
  caller(secret: string): Promise<Caller>;
}

/** The services of tenancy on a database of the file's own. */
export function useTenancy(): TenancyWorld {
  let test: TestDatabase;
  let world: TenancyWorld;
  let close: () => Promise<void>;
  beforeAll(async () => {
    test = await createTestDatabase();
    ({ world, close } = await openTenancy(test.url));
  });
  afterAll(async () => {
    if (!world) return;
    expect(await auditBooks(world.database)).toEqual([]);
    await close();
    await test.drop();
  });
  return new Proxy({} as TenancyWorld, {
    get: (_target, name) => Reflect.get(world, name) as unknown,
    set: (_target, name, value) => Reflect.set(world, name, value),
  });
}

async function openTenancy(url: string): Promise<{ world: TenancyWorld; close: () => Promise<void> }> {
  const database = createDatabase({ url, connections: 6, onError: () => {} });
  const notifications = createNotifications({
    url,
    channels: [keyChangeChannelName, heardChannelName],
    onError: () => {},
  });
  const announced = (payload: string | undefined): Promise<void> =>
    new Promise((resolve) => {
      notifications.on(keyChangeChannelName, (told) => told === payload && resolve());
    });
  // What is announced reaches nobody who does not listen yet.
  await announced(undefined);
  const state = { questions: 0, isAway: false };
  const watched: Queryable = {
    query: (query) => {
      state.questions += 1;
      if (state.isAway) return Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
      return database.query(query);
    },
  };
  const audited: TenancyWorld['audited'] = [];
  const shared = { database, pepper, audit: createStubTrail(audited) };
  const keys = createKeyDirectory({ database: watched, notifications, pepper });
  let made = 0;
  const world: TenancyWorld = {
    ...{ database, keys, audited, announced },
    organizations: createOrganizations(shared),
    teams: createTeams(shared),
    projects: createProjects(shared),
    serviceAccounts: createServiceAccounts(shared),
    projectKeys: createProjectKeys(shared),
    management: createManagement(shared),
    get questions() {
      return state.questions;
    },
    get isAway() {
      return state.isAway;
    },
    set isAway(isAway) {
      state.isAway = isAway;
    },
    allHeard: createHeardChanges({ database, notifications, onError: () => {} }),
    organization: async () => {
      const organizationId = `org_${(made += 1)}`;
      await database.query({
        text: `INSERT INTO tenancy.organizations (id, name) VALUES ($1, 'Tested')`,
        values: [organizationId],
      });
      return { organizationId, keyId: 'key_admin', role: 'owner', projectRoles: {}, requestId: 'req_test' };
    },
    user: async (organizationId, role) => {
      const id = `user_${(made += 1)}`;
      await database.query({
        text: `INSERT INTO tenancy.users (id, organization_id, email, name, role) VALUES ($1, $2, $3, 'Ada', $4)`,
        values: [id, organizationId, `${id}@example.com`, role],
      });
      return id;
    },
    caller: async (secret) => {
      const check = await keys.check(secret);
      if (check.status !== 'valid') throw new Error(`the key is ${check.status}`);
      return check.caller;
    },
  };
  const close = async (): Promise<void> => {
    await notifications.close();
    await database.close();
  };
  return { world, close };
}

function createStubTrail(audited: TenancyWorld['audited']): AuditTrail {
  return {
    entry: ({ organizationId }, change) => {
      audited.push({ ...change, organizationId });
      return { text: 'SELECT 1', values: [] };
    },
    list: () => Promise.resolve({ data: [], hasMore: false }),
  };
}

/** What a refused call was refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<{ readonly code: string; readonly param?: string }> {
  const error = await work.then(
    () => new Error('it was not refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RefusalError)) throw error;
  const { code, param } = error.refusal;
  return { code, ...(param !== undefined && { param }) };
}
