import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findKey } from '../../activities/tenancy/key-rows.js';
import { hashKey } from '../../activities/tenancy/api-keys.js';
import type { Role } from '../../workflows/contracts/access.js';
import { expectNoSecrets } from '../support/no-secrets.js';
import { createPeopleWorld, nobody, pepper, refusalOf, whole, type PeopleWorld } from './people-world.js';

let world: PeopleWorld;
beforeAll(async () => {
  world = await createPeopleWorld();
});
afterAll(() => world.close());

const isRevoked = async (key: string): Promise<boolean | undefined> =>
  (await findKey(world.database, hashKey(pepper, key)))?.revoked;

describe('the last owner', () => {
  it('can be neither demoted nor removed', async () => {
    const { people } = world;
    const org = await world.organization();
    const owner = await org.person('owner');
    await org.person('admin');
    expect(await refusalOf(people.users.modify(owner.by, owner.id, { role: 'admin' }))).toBe('last_owner');
    expect(await refusalOf(people.users.remove(owner.by, owner.id))).toBe('last_owner');
    expect((await people.users.modify(owner.by, owner.id, { role: 'owner' })).role).toBe('owner');
    const second = await org.person('owner');
    await people.users.modify(second.by, owner.id, { role: 'viewer' });
    expect(await refusalOf(people.users.remove(second.by, second.id))).toBe('last_owner');
  });

  it.each(['modify', 'remove'] as const)('is left however many owners %s each other at once', async (what) => {
    const { people } = world;
    const org = await world.organization();
    const owners = await Promise.all(Array.from({ length: 6 }, () => org.person('owner')));
    const refusals = await Promise.all(
      owners.map(({ by, id }) =>
        refusalOf(what === 'remove' ? people.users.remove(by, id) : people.users.modify(by, id, { role: 'member' })),
      ),
    );
    expect(refusals.toSorted()).toEqual(['last_owner', ...Array.from({ length: 5 }, () => 'not refused')]);
    const { data } = await people.users.list(org.id, whole);
    expect(data.filter(({ role }) => role === 'owner')).toHaveLength(1);
  });
});

describe('a role', () => {
  it('above their own is granted, changed and taken away by nobody', async () => {
    const { people, adminKeys } = world;
    const org = await world.organization();
    const owner = await org.person('owner');
    await org.person('owner');
    const member = await org.person('member');
    const admin = org.as('admin');
    const invite = (role: Role) => people.invites.create(admin, { email: `${role}@example.com`, role, projects: [] });
    expect(await refusalOf(people.users.modify(admin, member.id, { role: 'owner' }))).toBe('permission_denied role');
    expect(await refusalOf(people.users.modify(admin, owner.id, { role: 'member' }))).toBe('permission_denied');
    expect(await refusalOf(people.users.remove(admin, owner.id))).toBe('permission_denied');
    expect(await refusalOf(invite('owner'))).toBe('permission_denied role');
    expect(await refusalOf(adminKeys.create(admin, { name: 'x', role: 'owner' }))).toBe('permission_denied role');
    expect((await people.users.modify(admin, member.id, { role: 'admin' })).role).toBe('admin');
    expect((await invite('admin')).role).toBe('admin');
  });

  it('in a project is granted by the higher of two roles', async () => {
    const { people } = world;
    const org = await world.organization();
    const projectId = await org.project();
    const { id: userId } = await org.person('viewer');
    const add = (role: Role, by = org.as('admin')) => people.projectUsers.add(by, projectId, { userId, role });
    expect(await refusalOf(add('owner'))).toBe('permission_denied role');
    expect((await add('admin')).role).toBe('admin');
    const owner = org.as('member', { [projectId]: 'owner' });
    expect(await refusalOf(add('owner', org.as('member', { proj_other: 'owner' })))).toBe('permission_denied');
    expect((await add('owner', owner)).role).toBe('owner');
    const modify = people.projectUsers.modify(org.as('admin'), projectId, userId, { role: 'viewer' });
    expect(await refusalOf(modify)).toBe('permission_denied');
    expect(await refusalOf(people.projectUsers.remove(org.as('admin'), projectId, userId))).toBe('permission_denied');
    await people.projectUsers.remove(owner, projectId, userId);
  });
});

describe('a user who is removed', () => {
  it('leaves every list, project and key, and stays a cursor', async () => {
    const { people, adminKeys } = world;
    const org = await world.organization();
    const projectId = await org.project();
    const [gone, stays] = [await org.person('admin'), await org.person('owner')];
    for (const { id: userId } of [gone, stays]) {
      await people.projectUsers.add(stays.by, projectId, { userId, role: 'member' });
    }
    const second = await adminKeys.create(gone.by, { name: 'second' });
    expect(second.owner).toMatchObject({ id: gone.id, role: 'admin' });
    expect(await isRevoked(second.key)).toBe(false);
    await people.users.remove(stays.by, gone.id);

    expect(await Promise.all([gone.key.key, second.key, stays.key.key].map(isRevoked))).toEqual([true, true, false]);
    expect(await refusalOf(people.users.get(org.id, gone.id))).toBe('user_not_found');
    expect(await refusalOf(people.users.remove(stays.by, gone.id))).toBe('user_not_found');
    expect(await refusalOf(people.projectUsers.get(org.id, projectId, gone.id))).toBe('user_not_found');
    expect(await refusalOf(adminKeys.create(gone.by, { name: 'too late' }))).toBe('revoked_api_key');
    const after = { ...whole, after: gone.id };
    expect((await people.users.list(org.id, after)).data.map(({ id }) => id)).toEqual([stays.id]);
    expect((await people.projectUsers.list(org.id, projectId, after)).data.map(({ id }) => id)).toEqual([stays.id]);
    const keysAfter = (await adminKeys.list(org.id, { ...whole, after: gone.key.id })).data;
    expect(keysAfter.map(({ id }) => id)).toEqual([stays.key.id]);
    const removal = (await org.changes(gone.id)).at(-1);
    expect(removal).toMatchObject({ type: 'user.deleted', before: { email: gone.email, role: 'admin' } });
    expect(removal?.before?.['revoked_key_ids']).toEqual(expect.arrayContaining([gone.key.id, second.id]));
    expectNoSecrets(removal?.before);
  });

  it('may be invited again, and is another user then', async () => {
    const { people } = world;
    const org = await world.organization();
    const { id, email } = await org.person('viewer');
    await people.users.remove(org.as('owner'), id);
    const { token } = await people.invites.create(org.as('owner'), { email, role: 'member', projects: [] });
    const { user } = await people.invites.accept(nobody, { token, name: 'Again' });
    expect(user).toMatchObject({ email, role: 'member' });
    expect(user.id).not.toBe(id);
  });
});

it('users are found by their e-mail addresses', async () => {
  const org = await world.organization();
  const [ada, , eve] = [await org.person('owner'), await org.person('viewer'), await org.person('viewer')];
  const emails = [ada.email, eve.email, 'nobody@example.com'];
  const { data } = await world.people.users.list(org.id, { ...whole, emails });
  expect(data.map(({ id }) => id)).toEqual([ada.id, eve.id]);
});

it("another organisation's ids are as unknown as ids of none", async () => {
  const { people, adminKeys } = world;
  const [ours, theirs] = [await world.organization(), await world.organization()];
  const person = await theirs.person('viewer');
  const mine = await ours.person('owner');
  const [projectId, ownProjectId] = [await theirs.project(), await ours.project()];
  const invite = await people.invites.create(theirs.as('owner'), {
    email: 'x@example.com',
    role: 'viewer',
    projects: [],
  });
  for (const id of [person.id, 'user_none']) {
    expect(await refusalOf(people.users.get(ours.id, id))).toBe('user_not_found');
    expect(await refusalOf(people.users.modify(mine.by, id, { role: 'viewer' }))).toBe('user_not_found');
    expect(await refusalOf(people.users.remove(mine.by, id))).toBe('user_not_found');
    const add = people.projectUsers.add(mine.by, ownProjectId, { userId: id, role: 'viewer' });
    expect(await refusalOf(add)).toBe('user_not_found user_id');
    expect(await refusalOf(people.users.list(ours.id, { ...whole, after: id }))).toBe('invalid_request after');
    const inProject = people.projectUsers.list(ours.id, ownProjectId, { ...whole, before: id });
    expect(await refusalOf(inProject)).toBe('invalid_request before');
  }
  const byEmail = people.projectUsers.add(mine.by, ownProjectId, { email: person.email, role: 'viewer' });
  expect(await refusalOf(byEmail)).toBe('user_not_found email');
  for (const id of [projectId, 'proj_none']) {
    expect(await refusalOf(people.projectUsers.list(ours.id, id, whole))).toBe('project_not_found');
    const add = people.projectUsers.add(mine.by, id, { userId: mine.id, role: 'viewer' });
    expect(await refusalOf(add)).toBe('project_not_found');
    const projects = [{ id, role: 'viewer' as const }];
    const create = people.invites.create(mine.by, { email: 'y@example.com', role: 'viewer', projects });
    expect(await refusalOf(create)).toBe('project_not_found projects[0].id');
  }
  for (const id of [invite.id, 'invite_none']) {
    expect(await refusalOf(people.invites.get(ours.id, id))).toBe('invite_not_found');
    expect(await refusalOf(people.invites.delete(mine.by, id))).toBe('invite_not_found');
  }
  for (const id of [person.key.id, 'key_none']) {
    expect(await refusalOf(adminKeys.get(ours.id, id))).toBe('key_not_found');
    expect(await refusalOf(adminKeys.rotate(mine.by, id, { overlapSeconds: 0 }))).toBe('key_not_found');
    expect(await refusalOf(adminKeys.delete(mine.by, id))).toBe('key_not_found');
  }
  expect(await isRevoked(person.key.key)).toBe(false);
});
