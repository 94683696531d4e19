import { describe, expect, it } from 'vitest';
import { open, page, refusalOf, useTenancy, withinASecond } from './tenancy-world.js';

// The tree of an organisation: teams under teams, projects in them, and what of it is another organisation's business.

const world = useTenancy();
const live = { name: 'k', mode: 'live' } as const;
const badParent = { code: 'invalid_request', param: 'parent_id' };

describe('teams', () => {
  it('stand under each other, at most 8 deep, and never under themselves', async () => {
    const by = await world.organization();
    const chain = [await world.teams.create(by, { name: 'team 1' })];
    for (let depth = 2; depth <= 8; depth += 1) {
      chain.push(await world.teams.create(by, { name: `team ${depth}`, parentId: chain.at(-1)!.id }));
    }
    const [first, second, last] = [chain[0]!, chain[1]!, chain.at(-1)!];
    expect(await refusalOf(world.teams.create(by, { name: 'too deep', parentId: last.id }))).toEqual(badParent);
    for (const parentId of [first.id, second.id, last.id]) {
      expect(await refusalOf(world.teams.modify(by, first.id, { parentId }))).toEqual(badParent);
    }
    expect(await world.teams.modify(by, second.id, { parentId: null })).not.toHaveProperty('parentId');
    expect(await world.teams.modify(by, first.id, { parentId: last.id })).toEqual({ ...first, parentId: last.id });
  });

  it('make no circle either where two move under each other at once', async () => {
    const by = await world.organization();
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await world.teams.create(by, { name: 'a' }), await world.teams.create(by, { name: 'b' })];
      const moved = await Promise.allSettled([
        world.teams.modify(by, a.id, { parentId: b.id }),
        world.teams.modify(by, b.id, { parentId: a.id }),
      ]);
      // One waits for the other, and is then told: neither is the victim of a deadlock.
      const refused = moved.flatMap((move) => (move.status === 'rejected' ? [move.reason as unknown] : []));
      expect(refused).toMatchObject([{ refusal: badParent }]);
    }
  });

  it('are archived once nothing stands in them, and then take nothing more', async () => {
    const by = await world.organization();
    const top = await world.teams.create(by, { name: 'top' });
    const below = await world.teams.create(by, { name: 'below', parentId: top.id });
    const project = await world.projects.create(by, { name: 'p', teamId: below.id });
    for (const { id } of [top, below]) {
      expect(await refusalOf(world.teams.archive(by, id))).toEqual({ code: 'team_in_use' });
    }
    await world.projects.archive(by, project.id);
    const archived = await world.teams.archive(by, below.id);
    expect(archived).toHaveProperty('archivedAt');
    expect(await world.teams.archive(by, below.id)).toEqual(archived);
    expect(await refusalOf(world.teams.modify(by, below.id, { name: 'x' }))).toEqual({ code: 'archived' });
    expect(await refusalOf(world.teams.create(by, { name: 'x', parentId: below.id }))).toEqual(badParent);
    const into = world.projects.create(by, { name: 'x', teamId: below.id });
    expect(await refusalOf(into)).toEqual({ code: 'invalid_request', param: 'team_id' });
    const listed = async (includeArchived: boolean) =>
      (await world.teams.list(by.organizationId, { ...page, includeArchived })).data.map(({ id }) => id);
    expect(await listed(false)).toEqual([top.id]);
    expect(await listed(true)).toEqual([top.id, below.id]);
    // An archived team is a cursor still.
    const after = await world.teams.list(by.organizationId, { ...open, after: below.id });
    expect(after).toEqual({ data: [], hasMore: false });
  });

  it('are not archived while a project moves in', async () => {
    const by = await world.organization();
    for (let round = 0; round < 5; round += 1) {
      const team = await world.teams.create(by, { name: 't' });
      const project = await world.projects.create(by, { name: 'p' });
      await Promise.allSettled([
        world.teams.archive(by, team.id),
        world.projects.modify(by, project.id, { teamId: team.id }),
      ]);
      const { archivedAt } = await world.teams.get(by.organizationId, team.id);
      const { teamId } = await world.projects.get(by.organizationId, project.id);
      expect([archivedAt !== undefined, teamId !== undefined].filter(Boolean)).toHaveLength(1);
    }
  });
});

describe('projects', () => {
  it('change what they are asked to, and nothing else', async () => {
    const by = await world.organization();
    const restrictions = { allowedModels: ['openai/*'], deniedModels: ['*o1*'] };
    const asked = { name: 'p', restrictions, answerHoldMs: 7, storedAnswerRetentionMs: 9 };
    const made = await world.projects.create(by, asked);
    expect(made).toMatchObject(asked);
    const changed = await world.projects.modify(by, made.id, {
      ...{ name: 'q', restrictions: { deniedModels: null, allowedEndpoints: ['chat'] } },
    });
    expect(changed).toEqual({
      ...{ ...made, name: 'q', restrictions: { allowedModels: ['openai/*'], allowedEndpoints: ['chat'] } },
    });
    expect(await world.projects.modify(by, made.id, {})).toEqual(changed);
    expect(await world.projects.get(by.organizationId, made.id)).toEqual(changed);
    const { storedAnswerRetentionMs: _, ...without } = changed;
    expect(await world.projects.modify(by, made.id, { storedAnswerRetentionMs: null })).toEqual(without);
  });

  it('stop their keys within a second of being archived, and stay to be seen', async () => {
    const by = await world.organization();
    const project = await world.projects.create(by, { name: 'p', budgetNanoUsd: '5' });
    const { secret } = await world.projectKeys.create(by, project.id, live);
    await world.caller(secret);
    const archived = await world.projects.archive(by, project.id);
    await expect.poll(() => world.keys.check(secret), withinASecond).toEqual({ status: 'revoked' });
    expect(await world.projects.archive(by, project.id)).toEqual(archived);
    expect(await world.projects.get(by.organizationId, project.id)).toEqual(archived);
    const changes = [
      () => world.projects.modify(by, project.id, { name: 'x' }),
      () => world.projectKeys.create(by, project.id, live),
      () => world.serviceAccounts.create(by, project.id, { name: 'x', withoutKey: true }),
    ];
    for (const change of changes) expect(await refusalOf(change())).toEqual({ code: 'archived' });
    expect((await world.projects.list(by.organizationId, open)).data).toEqual([]);
    expect((await world.projects.list(by.organizationId, { ...open, includeArchived: true })).data).toEqual([archived]);
  });
});

describe('another organisation', () => {
  it('finds nothing of what is not its own', async () => {
    const [by, stranger] = [await world.organization(), await world.organization()];
    const team = await world.teams.create(by, { name: 't' });
    const project = await world.projects.create(by, { name: 'p', teamId: team.id });
    const key = await world.projectKeys.create(by, project.id, live);
    const { account } = await world.serviceAccounts.create(by, project.id, { name: 's', withoutKey: true });
    const own = await world.projects.create(stranger, { name: 'own' });
    const { organizationId } = stranger;
    const asked: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['team_not_found', () => world.teams.get(organizationId, team.id)],
      ['team_not_found', () => world.teams.modify(stranger, team.id, { name: 'x' })],
      ['team_not_found', () => world.teams.archive(stranger, team.id)],
      ['project_not_found', () => world.projects.get(organizationId, project.id)],
      ['project_not_found', () => world.projects.modify(stranger, project.id, { name: 'x' })],
      ['project_not_found', () => world.projects.archive(stranger, project.id)],
      ['project_not_found', () => world.projectKeys.list(organizationId, project.id, page)],
      ['project_not_found', () => world.projectKeys.create(stranger, project.id, live)],
      ['project_not_found', () => world.projectKeys.get(organizationId, project.id, key.id)],
      ['project_not_found', () => world.projectKeys.rotate(stranger, project.id, key.id, 0)],
      ['project_not_found', () => world.projectKeys.remove(stranger, project.id, key.id)],
      ['key_not_found', () => world.projectKeys.get(organizationId, own.id, key.id)],
      ['key_not_found', () => world.projectKeys.modify(stranger, own.id, key.id, { name: 'x' })],
      ['key_not_found', () => world.projectKeys.rotate(stranger, own.id, key.id, 0)],
      ['key_not_found', () => world.projectKeys.remove(stranger, own.id, key.id)],
      ['project_not_found', () => world.serviceAccounts.list(organizationId, project.id, page)],
      ['project_not_found', () => world.serviceAccounts.get(organizationId, project.id, account.id)],
      ['service_account_not_found', () => world.serviceAccounts.get(organizationId, own.id, account.id)],
      ['service_account_not_found', () => world.serviceAccounts.remove(stranger, own.id, account.id)],
      ['service_account_not_found', () => world.serviceAccounts.createKey(stranger, own.id, account.id, 'x')],
      ['invalid_request', () => world.teams.create(stranger, { name: 'x', parentId: team.id })],
      ['invalid_request', () => world.projects.create(stranger, { name: 'x', teamId: team.id })],
      ['invalid_request', () => world.projects.modify(stranger, own.id, { teamId: team.id })],
      ['invalid_request', () => world.projects.list(organizationId, { ...open, after: project.id })],
      ['invalid_request', () => world.projectKeys.list(organizationId, own.id, { ...page, after: key.id })],
    ];
    const told = world.audited.length;
    for (const [code, ask] of asked)
      expect([ask.toString(), (await refusalOf(ask())).code]).toEqual([ask.toString(), code]);
    expect(world.audited.slice(told)).toEqual([]);
    expect((await world.projects.list(organizationId, open)).data.map(({ id }) => id)).toEqual([own.id]);
    expect((await world.teams.list(organizationId, open)).data).toEqual([]);
    expect(await world.keys.check(key.secret)).toMatchObject({ status: 'valid' });
  });
});

describe('the audit log', () => {
  it('is told of each change, with what was and what is, and never of a secret', async () => {
    const by = await world.organization();
    const told = world.audited.length;
    await world.organizations.modify(by, { name: 'Renamed' });
    const team = await world.teams.create(by, { name: 't' });
    await world.teams.modify(by, team.id, { restrictions: { deniedModels: ['x'] } });
    const project = await world.projects.create(by, { name: 'p' });
    await world.projects.modify(by, project.id, { teamId: team.id });
    const key = await world.projectKeys.create(by, project.id, live);
    await world.projectKeys.modify(by, project.id, key.id, { name: 'renamed' });
    const { secret } = await world.projectKeys.rotate(by, project.id, key.id, 60);
    await world.projectKeys.remove(by, project.id, key.id);
    // What changes nothing is not told.
    await world.projectKeys.remove(by, project.id, key.id);
    const made = await world.serviceAccounts.create(by, project.id, { name: 's', withoutKey: false });
    await world.serviceAccounts.modify(by, project.id, made.account.id, { name: 'r' });
    await world.serviceAccounts.remove(by, project.id, made.account.id);
    await world.projects.archive(by, project.id);
    await world.teams.archive(by, team.id);
    const entries = world.audited.slice(told);
    expect(entries.map(({ type }) => type)).toEqual([
      ...['organization.updated', 'team.created', 'team.updated', 'project.created', 'project.updated'],
      ...['api_key.created', 'api_key.updated', 'api_key.rotated', 'api_key.deleted'],
      ...['service_account.created', 'api_key.created', 'service_account.updated', 'service_account.deleted'],
      ...['project.archived', 'team.archived'],
    ]);
    expect(entries[0]).toMatchObject({ before: { name: 'Tested' }, after: { name: 'Renamed' } });
    expect(entries[2]).toMatchObject({ before: { denied_models: null }, after: { denied_models: ['x'] } });
    expect(entries[4]).toMatchObject({
      ...{ objectId: project.id, projectId: project.id, before: { team_id: null }, after: { team_id: team.id } },
    });
    expect(entries[12]).toMatchObject({ after: { revoked_api_keys: [made.key!.id] } });
    const text = JSON.stringify(entries);
    for (const hidden of [key.secret, secret, made.key!.secret]) expect(text).not.toContain(hidden);
  });
});
