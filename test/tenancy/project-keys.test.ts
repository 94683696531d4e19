import { describe, expect, it } from 'vitest';
import { hashKey } from '../../activities/tenancy/api-keys.js';
import { createKeyUse } from '../../activities/tenancy/key-use.js';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { Project } from '../../workflows/contracts/tenancy.js';
import { page, pepper, refusalOf, useTenancy, withinASecond } from './tenancy-world.js';

// Keys of projects: whose they are, what they tell of their levels, and how their secrets end.

const world = useTenancy();
const live = { name: 'k', mode: 'live' } as const;

async function openProject(): Promise<{ readonly by: ActingRequest; readonly project: Project }> {
  const by = await world.organization();
  return { by, project: await world.projects.create(by, { name: 'p' }) };
}

describe('a key', () => {
  it('says how its streams are kept alive, until it leaves that to the installation', async () => {
    const { by, project } = await openProject();
    const key = await world.projectKeys.create(by, project.id, { ...live, keepAliveSeconds: 0 });
    expect(await world.caller(key.secret)).toMatchObject({ keepAliveSeconds: 0 });
    const renamed = await world.projectKeys.modify(by, project.id, key.id, { name: 'other' });
    expect(renamed).toMatchObject({ name: 'other', keepAliveSeconds: 0 });
    await world.projectKeys.modify(by, project.id, key.id, { keepAliveSeconds: 30 });
    const seconds = async () => (await world.caller(key.secret)).keepAliveSeconds;
    await expect.poll(seconds, withinASecond).toBe(30);
    const cleared = await world.projectKeys.modify(by, project.id, key.id, { keepAliveSeconds: null });
    expect(cleared).not.toHaveProperty('keepAliveSeconds');
    await expect.poll(seconds, withinASecond).toBeUndefined();
  });

  it('tells the teams above it, its owner, and one entry for each level that restricts', async () => {
    const by = await world.organization();
    const userId = await world.user(by.organizationId, 'member');
    const top = await world.teams.create(by, { name: 'top', restrictions: { deniedModels: ['openai/o1*'] } });
    const silent = await world.teams.create(by, { name: 'silent', parentId: top.id });
    const near = await world.teams.create(by, {
      ...{ name: 'near', parentId: silent.id, restrictions: { allowedModels: ['openai/*'] } },
    });
    const project = await world.projects.create(by, { name: 'p', teamId: near.id });
    const restrictions = { allowedEndpoints: ['chat', 'models'] } as const;
    const key = await world.projectKeys.create(by, project.id, { ...live, userId, restrictions });
    expect(await world.caller(key.secret)).toEqual({
      ...{ keyId: key.id, kind: 'inference', organizationId: by.organizationId, projectId: project.id },
      ...{ answerHoldMs: 3_600_000, mode: 'live', userId, teamIds: [near.id, silent.id, top.id] },
      restrictions: [{ deniedModels: ['openai/o1*'] }, { allowedModels: ['openai/*'] }, restrictions],
    });
    await world.organizations.modify(by, { restrictions: { deniedModels: ['*/gpt-3*'] } });
    await world.projects.modify(by, project.id, { teamId: null, restrictions: { allowedModels: ['sandbox/*'] } });
    await expect
      .poll(async () => (await world.caller(key.secret)).restrictions, withinASecond)
      .toEqual([{ deniedModels: ['*/gpt-3*'] }, { allowedModels: ['sandbox/*'] }, restrictions]);
    expect(await world.caller(key.secret)).not.toHaveProperty('teamIds');
  });

  it('is the acting person’s unless another is named, who must be a member', async () => {
    const { by, project } = await openProject();
    const [me, other] = [await world.user(by.organizationId, 'owner'), await world.user(by.organizationId, 'viewer')];
    const acting = { ...by, userId: me };
    const mine = await world.projectKeys.create(acting, project.id, live);
    expect(mine).toMatchObject({ owner: { type: 'user', id: me, role: 'owner' }, ownerHasAccess: true });
    const theirs = await world.projectKeys.create(acting, project.id, { ...live, userId: other });
    expect(theirs).toMatchObject({ owner: { id: other, email: `${other}@example.com` }, ownerHasAccess: false });
    const nobodys = await world.projectKeys.create(by, project.id, live);
    expect(nobodys).not.toHaveProperty('owner');
    const withAccess = async (ownerHasAccess: boolean) =>
      (await world.projectKeys.list(by.organizationId, project.id, { ...page, ownerHasAccess })).data.map(
        ({ id }) => id,
      );
    expect(await withAccess(true)).toEqual([mine.id, nobodys.id]);
    expect(await withAccess(false)).toEqual([theirs.id]);

    const stranger = await world.user((await world.organization()).organizationId, 'owner');
    for (const userId of [stranger, 'user_nobody']) {
      const refusal = await refusalOf(world.projectKeys.create(acting, project.id, { ...live, userId }));
      expect(refusal).toEqual({ code: 'invalid_request', param: 'user_id' });
    }
  });

  it('in another person’s name is made and rotated only by who manages the project', async () => {
    const { by, project } = await openProject();
    const [me, other] = [await world.user(by.organizationId, 'member'), await world.user(by.organizationId, 'member')];
    const builder: ActingRequest = { ...by, userId: me, role: 'member', projectRoles: { [project.id]: 'member' } };
    const theirs = await world.projectKeys.create(by, project.id, { ...live, userId: other });
    const made = world.projectKeys.create(builder, project.id, { ...live, userId: other });
    expect(await refusalOf(made)).toEqual({ code: 'permission_denied' });
    const rotated = world.projectKeys.rotate(builder, project.id, theirs.id, 0);
    expect(await refusalOf(rotated)).toEqual({ code: 'permission_denied' });
    const mine = await world.projectKeys.create(builder, project.id, live);
    expect((await world.projectKeys.rotate(builder, project.id, mine.id, 0)).owner).toMatchObject({ id: me });
    const manager: ActingRequest = { ...builder, projectRoles: { [project.id]: 'admin' } };
    expect(await world.projectKeys.rotate(manager, project.id, theirs.id, 0)).toMatchObject({ id: theirs.id });
  });

  it('for tests begins with what tells it apart, and says so', async () => {
    const { by, project } = await openProject();
    const key = await world.projectKeys.create(by, project.id, { ...live, mode: 'test' });
    expect(key.secret).toMatch(/^sk-test-sluice-[\w-]{32}$/);
    expect(key.hint).toBe(`sk-test-sluice-…${key.secret.slice(-4)}`);
    expect(await world.caller(key.secret)).toMatchObject({ mode: 'test' });
    expect((await world.projectKeys.rotate(by, project.id, key.id, 0)).secret).toMatch(/^sk-test-sluice-/);
  });

  it('expires when it was asked to, and then neither changes nor rotates', async () => {
    const { by, project } = await openProject();
    const key = await world.projectKeys.create(by, project.id, { ...live, expiresInSeconds: 3_600 });
    expect(Date.parse(key.expiresAt!) - Date.parse(key.createdAt)).toBe(3_600_000);
    const inAWeek = await world.projectKeys.rotate(by, project.id, key.id, 604_800);
    expect(inAWeek.previousValidUntil).toBe(key.expiresAt);
    await world.database.query({
      text: `UPDATE tenancy.api_keys SET expires_at = now() - interval '1 ms' WHERE id = $1`,
      values: [key.id],
    });
    await expect.poll(() => world.keys.check(inAWeek.secret), withinASecond).toEqual({ status: 'expired' });
    const changes = [
      () => world.projectKeys.modify(by, project.id, key.id, { name: 'x' }),
      () => world.projectKeys.rotate(by, project.id, key.id, 0),
    ];
    for (const change of changes) expect(await refusalOf(change())).toEqual({ code: 'key_revoked' });
  });

  it('is void once its owner is removed', async () => {
    const { by, project } = await openProject();
    const userId = await world.user(by.organizationId, 'member');
    const key = await world.projectKeys.create(by, project.id, { ...live, userId });
    expect(await world.keys.check(key.secret)).toMatchObject({ status: 'valid' });
    await world.database.query({
      text: 'UPDATE tenancy.users SET removed_at = now() WHERE id = $1',
      values: [userId],
    });
    await expect.poll(() => world.keys.check(key.secret), withinASecond).toEqual({ status: 'revoked' });
  });

  it('of an administrator acts in its person’s roles, as they are now', async () => {
    const { by, project } = await openProject();
    const userId = await world.user(by.organizationId, 'billing');
    const secret = `sk-sluice-admin-${userId}`;
    await world.database.query({
      text: `INSERT INTO tenancy.api_keys (id, organization_id, kind, name, hash, hint, user_id, role)
             VALUES ($1, $2, 'admin', 'a', $3, '', $4, 'owner')`,
      values: [`key_${userId}`, by.organizationId, hashKey(pepper, secret), userId],
    });
    expect(await world.caller(secret)).toMatchObject({ userId, role: 'billing', projectRoles: {} });
    await world.database.query({
      text: `INSERT INTO tenancy.project_users (project_id, user_id, role) VALUES ($1, $2, 'admin')`,
      values: [project.id, userId],
    });
    await expect
      .poll(() => world.caller(secret), withinASecond)
      .toMatchObject({ role: 'billing', projectRoles: { [project.id]: 'admin' } });
  });
});

describe('rotation', () => {
  it('gives a new secret under the same id, and ends the old one by the clock', async () => {
    const { by, project } = await openProject();
    const first = await world.projectKeys.create(by, project.id, live);
    await world.caller(first.secret);
    const second = await world.projectKeys.rotate(by, project.id, first.id, 1);
    expect(second).toMatchObject({ id: first.id, hint: `sk-sluice-…${second.secret.slice(-4)}` });
    for (const { secret } of [first, second]) expect(await world.caller(secret)).toMatchObject({ keyId: first.id });
    // Nothing is announced at that moment: what is cached must see it.
    const ended = { timeout: 3_000, interval: 20 };
    await expect.poll(() => world.keys.check(first.secret), ended).toEqual({ status: 'expired' });
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(second.previousValidUntil!));
    expect(await world.caller(second.secret)).toMatchObject({ keyId: first.id });
  });

  it('with no overlap, or once more, ends the old secret within a second', async () => {
    const { by, project } = await openProject();
    const first = await world.projectKeys.create(by, project.id, live);
    await world.caller(first.secret);
    const second = await world.projectKeys.rotate(by, project.id, first.id, 0);
    await expect.poll(() => world.keys.check(first.secret), withinASecond).toEqual({ status: 'expired' });
    await world.caller(second.secret);
    const third = await world.projectKeys.rotate(by, project.id, first.id, 3_600);
    await expect.poll(() => world.keys.check(first.secret), withinASecond).toEqual({ status: 'unknown' });
    expect(await world.caller(second.secret)).toMatchObject({ keyId: first.id });
    await world.projectKeys.remove(by, project.id, first.id);
    for (const { secret } of [second, third]) {
      await expect.poll(() => world.keys.check(secret), withinASecond).toEqual({ status: 'revoked' });
    }
    const again = world.projectKeys.rotate(by, project.id, first.id, 0);
    expect(await refusalOf(again)).toEqual({ code: 'key_revoked' });
  });

  it('of one key at the same time leaves one secret, and one before it', async () => {
    const { by, project } = await openProject();
    const { id } = await world.projectKeys.create(by, project.id, live);
    const rotate = () => world.projectKeys.rotate(by, project.id, id, 3_600);
    const rotated = await Promise.all([rotate(), rotate(), rotate()]);
    const checks = await Promise.all(rotated.map(({ secret }) => world.keys.check(secret)));
    expect(checks.map(({ status }) => status).sort()).toEqual(['unknown', 'valid', 'valid']);
  });
});

describe('service accounts', () => {
  it('have keys of their own, which end with them', async () => {
    const { by, project } = await openProject();
    const { account, key } = await world.serviceAccounts.create(by, project.id, { name: 'ci', withoutKey: false });
    expect(key).toMatchObject({ owner: { type: 'service_account', id: account.id, name: 'ci' }, ownerHasAccess: true });
    const more = await world.serviceAccounts.createKey(by, project.id, account.id, 'more');
    expect(await world.caller(more.secret)).toMatchObject({ keyId: more.id, projectId: project.id });
    await world.serviceAccounts.remove(by, project.id, account.id);
    for (const { secret } of [key!, more]) {
      await expect.poll(() => world.keys.check(secret), withinASecond).toEqual({ status: 'revoked' });
    }
    const gone = [
      () => world.serviceAccounts.get(by.organizationId, project.id, account.id),
      () => world.serviceAccounts.createKey(by, project.id, account.id, 'x'),
      () => world.serviceAccounts.remove(by, project.id, account.id),
    ];
    for (const ask of gone) expect(await refusalOf(ask())).toEqual({ code: 'service_account_not_found' });
    expect((await world.serviceAccounts.list(by.organizationId, project.id, page)).data).toEqual([]);
    expect(await world.serviceAccounts.create(by, project.id, { name: 'bare', withoutKey: true })).not.toHaveProperty(
      'key',
    );
  });

  it('have keys that are made for the sandbox, or restricted, from the first on', async () => {
    const { by, project } = await openProject();
    const settings = { mode: 'test', restrictions: { allowedModels: ['sandbox/echo'] } } as const;
    const asked = { name: 'ci', withoutKey: false, key: settings };
    const { account, key } = await world.serviceAccounts.create(by, project.id, asked);
    const more = await world.serviceAccounts.createKey(by, project.id, account.id, 'more', settings);
    for (const { secret } of [key!, more]) {
      const restrictions = [{ allowedModels: ['sandbox/echo'] }];
      expect(await world.caller(secret)).toMatchObject({ mode: 'test', restrictions });
    }
    const free = await world.serviceAccounts.createKey(by, project.id, account.id, 'free');
    expect(await world.caller(free.secret)).toMatchObject({ mode: 'live' });
    expect(await world.caller(free.secret)).not.toHaveProperty('restrictions');
  });

  it('are made owners by owners only', async () => {
    const { by, project } = await openProject();
    const { account } = await world.serviceAccounts.create(by, project.id, { name: 'ci', withoutKey: true });
    const modify = (actor: ActingRequest, role: 'owner' | 'admin') =>
      world.serviceAccounts.modify(actor, project.id, account.id, { role });
    const admin: ActingRequest = { ...by, role: 'admin' };
    const builder: ActingRequest = { ...by, role: 'member', projectRoles: { [project.id]: 'member' } };
    expect(await refusalOf(modify(admin, 'owner'))).toEqual({ code: 'permission_denied', param: 'role' });
    expect(await refusalOf(modify(builder, 'admin'))).toEqual({ code: 'permission_denied', param: 'role' });
    expect(await modify(admin, 'admin')).toMatchObject({ role: 'admin' });
    expect(await modify(by, 'owner')).toMatchObject({ role: 'owner' });
  });
});

describe('the use of keys', () => {
  it('is written in one statement, which announces nothing, and is never turned back', async () => {
    const { by, project } = await openProject();
    const keys = await Promise.all([1, 2].map(() => world.projectKeys.create(by, project.id, live)));
    const errors: unknown[] = [];
    const statements: unknown[] = [];
    const query: typeof world.database.query = (asked) => {
      statements.push(asked.text);
      return world.database.query(asked);
    };
    const use = createKeyUse({ database: { query }, onError: (error) => errors.push(error) });
    await world.allHeard();
    await world.caller(keys[0]!.secret);
    const questions = world.questions;
    const before = Date.now();
    for (const { id } of [...keys, ...keys]) use.note(id);
    use.note('key_of_nobody');
    await use.stop();
    const usedAt = async () =>
      Promise.all(
        keys.map(async ({ id }) =>
          Date.parse((await world.projectKeys.get(by.organizationId, project.id, id)).lastUsedAt ?? ''),
        ),
      );
    for (const at of await usedAt()) expect(at).toBeGreaterThanOrEqual(before);
    await use.flush();
    expect({ statements: statements.length, errors }).toEqual({ statements: 1, errors: [] });
    await world.allHeard();
    await world.caller(keys[0]!.secret);
    expect(world.questions).toBe(questions);
    await world.database.query({
      text: `UPDATE tenancy.api_keys SET last_used_at = now() + interval '1 hour' WHERE id = $1`,
      values: [keys[0]!.id],
    });
    use.note(keys[0]!.id);
    await use.flush();
    expect((await usedAt())[0]).toBeGreaterThan(before + 3_000_000);
  });

  it('that could not be written is written the next time', async () => {
    const { by, project } = await openProject();
    const { id } = await world.projectKeys.create(by, project.id, live);
    const errors: unknown[] = [];
    let isAway = true;
    const query: typeof world.database.query = (asked) =>
      isAway ? Promise.reject(new Error('away')) : world.database.query(asked);
    const use = createKeyUse({ database: { query }, onError: (error) => errors.push(error) });
    use.note(id);
    await use.flush();
    expect(errors).toHaveLength(1);
    isAway = false;
    await use.flush();
    expect(await world.projectKeys.get(by.organizationId, project.id, id)).toHaveProperty('lastUsedAt');
  });
});
