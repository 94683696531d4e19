import { createAuditTrail } from '../../activities/audit/audit-trail.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { createAdminKeys } from '../../activities/tenancy/admin-keys.js';
import { createPeople } from '../../activities/tenancy/people.js';
import type { ActingRequest, PageQuery, Role } from '../../workflows/contracts/access.js';
import type { AuditedChange, AuditTrail } from '../../workflows/contracts/audit.js';
import type { AdminKeys, NewAdminKey, People, User } from '../../workflows/contracts/people.js';
import { createTestDatabase } from '../support/services.js';

export const pepper = Buffer.alloc(32, 7);
export const whole: PageQuery = { limit: 100, order: 'asc' };
export const nobody = { requestId: 'req_accept', ipAddress: '192.0.2.1' };

export interface PeopleWorld {
  readonly database: Database;
  readonly people: People;
  readonly adminKeys: AdminKeys;
  readonly audit: AuditTrail;
  /** A new organisation with nobody in it, and what its first key does in this role. */
  organization(): Promise<Organization>;
  close(): Promise<void>;
}

export interface Organization {
  readonly id: string;
  /** Acts as a key that is nobody's, in any role. */
  as(role: Role, projectRoles?: ActingRequest['projectRoles']): ActingRequest;
  /** A person who was invited and came. */
  person(role: Role): Promise<User & { readonly key: NewAdminKey; readonly by: ActingRequest }>;
  project(): Promise<string>;
  /** What the audit log says of an object, oldest first. */
  changes(objectId: string): Promise<readonly AuditedChange[]>;
}

/** The services on a Postgres of their own. */
export async function createPeopleWorld(): Promise<PeopleWorld> {
  const test = await createTestDatabase();
  const database = createDatabase({ url: test.url, connections: 8, onError: () => {} });
  const audit = createAuditTrail({ database });
  const people = createPeople({ database, pepper, audit });
  let made = 0;
  const organization = async (): Promise<Organization> => {
    const id = `org_${++made}`;
    await database.query({ text: `INSERT INTO tenancy.organizations (id, name) VALUES ($1, $1)`, values: [id] });
    const as: Organization['as'] = (role, projectRoles = {}) => {
      return { organizationId: id, keyId: 'key_first', role, projectRoles, requestId: 'req_test' };
    };
    return {
      id,
      as,
      person: async (role) => {
        const email = `person${++made}@example.com`;
        const { token } = await people.invites.create(as('owner'), { email, role, projects: [] });
        const { user, key } = await people.invites.accept(nobody, { token, name: `Person ${made}` });
        return { ...user, key, by: { ...as(role), keyId: key.id, userId: user.id } };
      },
      project: async () => {
        const projectId = `proj_${++made}`;
        const text = 'INSERT INTO tenancy.projects (id, organization_id, name) VALUES ($1, $2, $1)';
        await database.query({ text, values: [projectId, id] });
        return projectId;
      },
      changes: async (objectId) =>
        (await audit.list(id, { ...whole, objectIds: [objectId] })).data.toSorted((a, b) => a.sequence - b.sequence),
    };
  };
  return {
    ...{ database, people, audit, organization },
    adminKeys: createAdminKeys({ database, pepper, audit }),
    close: async () => {
      await database.close();
      await test.drop();
    },
  };
}

/** What a call is refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    const { code, param } = (error as { refusal?: { code?: string; param?: string } }).refusal ?? {};
    if (code === undefined) throw error;
    return param === undefined ? code : `${code} ${param}`;
  }
  return 'not refused';
}
