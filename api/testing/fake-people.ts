import type { Page, PageQuery } from '../../workflows/contracts/access.js';
import type { AdminKey, AdminKeys, Invite, People, ProjectUser, User } from '../../workflows/contracts/people.js';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

const createdAt = '2026-11-01T00:00:00.000Z';
const ada: User = {
  id: 'user_1',
  email: 'ada@example.com',
  name: 'Ada',
  role: 'owner',
  createdAt,
  projects: [{ id: 'proj_1', name: 'team', role: 'member' }],
};
const adaInProject: ProjectUser = {
  id: 'user_1',
  email: ada.email,
  name: ada.name,
  role: 'member',
  addedAt: createdAt,
};

/** One user, who is in one project, and the invitations of one organisation in memory. */
export function createFakePeople(): People {
  const users = keep<User>('user_not_found', [ada]);
  const projectUsers = keep<ProjectUser>('user_not_found', [adaInProject]);
  const invites = keep<Invite>('invite_not_found', []);
  return {
    users: {
      list: (_organizationId, { emails, ...query }) =>
        users.list(query, ({ email }) => emails === undefined || emails.includes(email)),
      get: (_organizationId, id) => users.get(id),
      modify: (_by, id, change) => users.change(id, change),
      remove: (_by, id) => users.remove(id),
    },
    projectUsers: {
      list: (_organizationId, projectId, query) => inProject(projectId, () => projectUsers.list(query)),
      get: (_organizationId, projectId, id) => inProject(projectId, () => projectUsers.get(id)),
      add: (_by, projectId, { role, ...who }) =>
        inProject(projectId, () => {
          const [id, email] = 'userId' in who ? [who.userId, 'of-id@example.com'] : ['user_2', who.email];
          return projectUsers.add({ id, email, name: 'Added', role, addedAt: createdAt });
        }),
      modify: (_by, projectId, id, change) => inProject(projectId, () => projectUsers.change(id, change)),
      remove: (_by, projectId, id) => inProject(projectId, () => projectUsers.remove(id)),
    },
    invites: {
      list: (_organizationId, query) => invites.list(query),
      get: (_organizationId, id) => invites.get(id),
      create: async (_by, given) => {
        const times = { createdAt, expiresAt: '2026-11-08T00:00:00.000Z' };
        const invite = await invites.add({ id: 'invite_1', ...given, status: 'pending', ...times });
        return { ...invite, token: 'sluice-invite-whole' };
      },
      delete: (_by, id) => invites.remove(id),
      accept: async (_from, { token, name }) => {
        if (token !== 'sluice-invite-whole') throw refuse('invite_not_found');
        const invite = await invites.change('invite_1', { status: 'accepted', acceptedAt: createdAt });
        const { email, role } = invite;
        const user = await users.add({ id: 'user_2', email, name, role, createdAt, projects: [] });
        return {
          user,
          key: { ...fakeAdminKey('key_2', 'First key'), role, owner: user, key: 'sk-sluice-admin-whole' },
        };
      },
    },
  };
}

/** The admin keys of one organisation in memory. */
export function createFakeAdminKeys(): AdminKeys {
  const keys = keep<AdminKey>('key_not_found', []);
  return {
    list: (_organizationId, query) => keys.list(query),
    get: (_organizationId, id) => keys.get(id),
    create: async (by, { name, role, expiresInSeconds }) => {
      const expiresAt = new Date(Date.parse(createdAt) + 1000 * (expiresInSeconds ?? 0)).toISOString();
      const key = await keys.add({
        ...fakeAdminKey('key_1', name),
        role: role ?? by.role,
        ...(expiresInSeconds !== undefined && { expiresAt }),
      });
      return { ...key, key: 'sk-sluice-admin-whole' };
    },
    rotate: async (_by, id) => ({ ...(await keys.get(id)), key: 'sk-sluice-admin-rotated' }),
    delete: (_by, id) => keys.remove(id),
  };
}

function fakeAdminKey(id: string, name: string): AdminKey {
  return { id, name, hint: 'sk-sluice-admin-…abcd', role: 'owner', createdAt };
}

function inProject<T>(projectId: string, work: () => Promise<T>): Promise<T> {
  return projectId === 'proj_1' ? work() : Promise.reject(refuse('project_not_found'));
}

function keep<T extends { readonly id: string }>(unknown: GatewayErrorCode, first: readonly T[]) {
  const things = new Map(first.map((thing) => [thing.id, thing]));
  const get = (id: string): Promise<T> => {
    const found = things.get(id);
    return found ? Promise.resolve(found) : Promise.reject(refuse(unknown));
  };
  const add = (thing: T): Promise<T> => {
    things.set(thing.id, thing);
    return Promise.resolve(thing);
  };
  return {
    get,
    add,
    list: ({ limit }: PageQuery, isWanted: (thing: T) => boolean = () => true): Promise<Page<T>> => {
      const wanted = [...things.values()].filter(isWanted);
      return Promise.resolve({ data: wanted.slice(0, limit), hasMore: wanted.length > limit });
    },
    change: async (id: string, change: Partial<T>) => add({ ...(await get(id)), ...change }),
    remove: async (id: string) => void things.delete((await get(id)).id),
  };
}
