import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findKey } from '../../activities/tenancy/key-rows.js';
import { hashKey } from '../../activities/tenancy/api-keys.js';
import { expectNoSecrets } from '../support/no-secrets.js';
import { createPeopleWorld, nobody, pepper, refusalOf, whole, type PeopleWorld } from './people-world.js';

let world: PeopleWorld;
beforeAll(async () => {
  world = await createPeopleWorld();
});
afterAll(() => world.close());

const email = 'ada@example.com';
const accept = (token: string) => world.people.invites.accept(nobody, { token, name: 'Ada' });

describe('an invitation', () => {
  it('makes a user with the promised roles and a key, once', async () => {
    const { people, database } = world;
    const org = await world.organization();
    const [kept, archived] = [await org.project(), await org.project()];
    const projects = [kept, archived].map((id) => ({ id, role: 'member' as const }));
    const invite = await people.invites.create(org.as('owner'), { email, role: 'viewer', projects });
    expect(invite).toMatchObject({ email, role: 'viewer', status: 'pending', projects });
    expect(Date.parse(invite.expiresAt) - Date.parse(invite.createdAt)).toBe(7 * 86_400_000);
    await database.query({ text: 'UPDATE tenancy.projects SET archived_at = now() WHERE id = $1', values: [archived] });

    const { user, key } = await accept(invite.token);
    expect(user).toMatchObject({ email, name: 'Ada', role: 'viewer', projects: [{ id: kept, role: 'member' }] });
    expect(key).toMatchObject({ role: 'viewer', owner: { id: user.id, name: 'Ada' } });
    const known = await findKey(database, hashKey(pepper, key.key));
    expect(known).toMatchObject({ revoked: false, caller: { kind: 'admin', organizationId: org.id } });
    expect(await people.invites.get(org.id, invite.id)).toMatchObject({ status: 'accepted' });
    expect(await refusalOf(accept(invite.token))).toBe('invite_not_found');
    expect(await refusalOf(people.invites.delete(org.as('owner'), invite.id))).toBe('invite_not_found');

    const changes = [...(await org.changes(invite.id)), ...(await org.changes(user.id))];
    expect(changes.map(({ type }) => type)).toEqual(['invite.sent', 'invite.accepted', 'user.added']);
    for (const { before, after } of changes) {
      expectNoSecrets(before);
      expectNoSecrets(after);
      expect(JSON.stringify(after)).not.toContain(invite.token);
    }
  });

  it('is guessed at from one address a few times a minute, and others are not stopped by it', async () => {
    const org = await world.organization();
    const { token } = await world.people.invites.create(org.as('owner'), { email, role: 'viewer', projects: [] });
    const from = (ipAddress: string, tried: string) =>
      refusalOf(world.people.invites.accept({ ...nobody, ipAddress }, { token: tried, name: 'Ada' }));
    // More than two minutes allow, so that the end of one in between changes nothing.
    const guesses = [];
    for (let number = 1; number <= 41; number += 1) guesses.push(await from('198.51.100.7', `guess ${number}`));
    expect(guesses[0]).toBe('invite_not_found');
    expect(new Set(guesses)).toEqual(new Set(['invite_not_found', 'rate_limit_exceeded']));
    expect(await from('198.51.100.8', token)).toBe('not refused');
    const text = `SELECT tries FROM tenancy.invite_tries WHERE address = 'at 198.51.100.8'`;
    expect(await world.database.query({ text })).toEqual([{ tries: 0n }]);
  });

  it('is guessed at by all together so often a minute', async () => {
    const may = async (address: string): Promise<unknown> => {
      const text = 'SELECT tenancy.take_invite_try($1, 1000, 3) AS may';
      return (await world.database.query({ text, values: [address] }))[0]?.may;
    };
    const asked = [];
    for (let number = 1; number <= 7; number += 1) asked.push(await may(`203.0.113.${number}`));
    expect(asked).toContain(false);
  });

  it('is accepted once, however often at once', async () => {
    const org = await world.organization();
    const { token } = await world.people.invites.create(org.as('owner'), { email, role: 'viewer', projects: [] });
    const ends = await Promise.all(Array.from({ length: 5 }, () => refusalOf(accept(token))));
    expect(ends.filter((end) => end === 'not refused')).toHaveLength(1);
    expect(ends.filter((end) => end === 'invite_not_found')).toHaveLength(4);
    expect((await world.people.users.list(org.id, whole)).data).toHaveLength(1);
  });

  it('that is unknown, expired, taken back or replaced is told the same', async () => {
    const { people, database } = world;
    const org = await world.organization();
    const create = (to: string) => people.invites.create(org.as('owner'), { email: to, role: 'viewer', projects: [] });
    const [expired, takenBack, replaced] = [await create('a@x.org'), await create('b@x.org'), await create('c@x.org')];
    const text = `UPDATE tenancy.invites SET expires_at = now() WHERE id = $1`;
    await database.query({ text, values: [expired.id] });
    await people.invites.delete(org.as('owner'), takenBack.id);
    const replacement = await create('c@x.org');
    const told = async (token: string): Promise<unknown> => {
      const error: unknown = await accept(token).catch((thrown: unknown) => thrown);
      return (error as { refusal?: unknown }).refusal;
    };
    const tokens = ['', 'sluice-invite-unknown', expired.token, takenBack.token, replaced.token];
    for (const token of tokens) expect(await told(token)).toEqual({ code: 'invite_not_found', message: '' });

    expect((await people.invites.get(org.id, expired.id)).status).toBe('expired');
    expect(await refusalOf(people.invites.get(org.id, replaced.id))).toBe('invite_not_found');
    const listed = (await people.invites.list(org.id, whole)).data.map(({ id }) => id);
    expect(listed).toEqual([expired.id, replacement.id]);
    const afterReplaced = (await people.invites.list(org.id, { ...whole, after: replaced.id })).data;
    expect(afterReplaced.map(({ id }) => id)).toEqual([replacement.id]);
    expect(await refusalOf(accept(replacement.token))).toBe('not refused');
  });

  it('is for nobody who is a user already', async () => {
    const org = await world.organization();
    const person = await org.person('member');
    const again = { email: person.email, role: 'viewer' as const, projects: [] };
    expect(await refusalOf(world.people.invites.create(org.as('owner'), again))).toBe('user_exists email');
    const elsewhere = await world.organization();
    expect((await world.people.invites.create(elsewhere.as('owner'), again)).status).toBe('pending');
  });

  it('leaves one open where several are sent at once', async () => {
    const org = await world.organization();
    const invite = { email, role: 'viewer' as const, projects: [] };
    await Promise.all(Array.from({ length: 5 }, () => world.people.invites.create(org.as('owner'), invite)));
    expect((await world.people.invites.list(org.id, whole)).data).toHaveLength(1);
  });
});

describe('an admin key', () => {
  it("is its maker's, or the organisation's own in the role that is given", async () => {
    const { adminKeys, people } = world;
    const org = await world.organization();
    const person = await org.person('owner');
    const [own, robot, first] = [
      await adminKeys.create(person.by, { name: 'own' }),
      await adminKeys.create(person.by, { name: 'robot', role: 'billing', expiresInSeconds: 60 }),
      await adminKeys.create(org.as('owner'), { name: 'first' }),
    ];
    expect(own).toMatchObject({ role: 'owner', owner: { id: person.id } });
    expect(robot).toMatchObject({ role: 'billing' });
    expect(robot.owner ?? first.owner).toBeUndefined();
    expect(Date.parse(robot.expiresAt ?? '') - Date.parse(robot.createdAt)).toBe(60_000);
    expect(first.role).toBe('owner');
    await org.person('owner');
    await people.users.modify(person.by, person.id, { role: 'viewer' });
    expect((await adminKeys.get(org.id, own.id)).role).toBe('viewer');
    expect(JSON.stringify(await adminKeys.list(org.id, whole))).not.toContain(own.key);
    expectNoSecrets((await org.changes(own.id))[0]?.after);
  });

  it('has a new secret after a rotation, and its former one for as long as was said', async () => {
    const { adminKeys, database } = world;
    const org = await world.organization();
    const made = await adminKeys.create(org.as('owner'), { name: 'x' });
    const hashes = async () => {
      const text = `SELECT hash, previous_hash, extract(epoch FROM previous_expires_at - now())::int AS left
                    FROM tenancy.api_keys WHERE id = $1`;
      const [row] = await database.query<{ hash: Buffer; previous_hash: Buffer | null; left: number | null }>({
        ...{ text, values: [made.id] },
      });
      return row;
    };
    const rotated = await adminKeys.rotate(org.as('owner'), made.id, { overlapSeconds: 3_600 });
    expect(rotated).toMatchObject({ id: made.id, name: 'x', role: 'owner' });
    expect(rotated.key).not.toBe(made.key);
    const kept = await hashes();
    expect([kept?.hash, kept?.previous_hash]).toEqual([rotated.key, made.key].map((key) => hashKey(pepper, key)));
    expect(kept?.left).toBeGreaterThan(3_500);
    const again = await adminKeys.rotate(org.as('owner'), made.id, { overlapSeconds: 0 });
    expect(await hashes()).toEqual({ hash: hashKey(pepper, again.key), previous_hash: null, left: null });
    expect((await org.changes(made.id)).map(({ type }) => type)).toEqual([
      'admin_api_key.created',
      'admin_api_key.rotated',
      'admin_api_key.rotated',
    ]);
  });

  it('that was deleted or has expired gets no new secret', async () => {
    const { adminKeys, database } = world;
    const org = await world.organization();
    const [deleted, expired] = [
      await adminKeys.create(org.as('owner'), { name: 'x' }),
      await adminKeys.create(org.as('owner'), { name: 'y', expiresInSeconds: 60 }),
    ];
    await adminKeys.delete(org.as('owner'), deleted.id);
    const text = 'UPDATE tenancy.api_keys SET expires_at = now() WHERE id = $1';
    await database.query({ text, values: [expired.id] });
    for (const { id, key } of [deleted, expired]) {
      const rotation = adminKeys.rotate(org.as('owner'), id, { overlapSeconds: 60 });
      expect(await refusalOf(rotation)).toBe('key_not_found');
      expect(await findKey(database, hashKey(pepper, key))).toBeDefined();
    }
    expect(await refusalOf(adminKeys.get(org.id, deleted.id))).toBe('key_not_found');
  });
});
