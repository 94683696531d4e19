import { beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { hashKey } from '../../activities/tenancy/api-keys.js';
import { bootstrapLocal } from '../../activities/tenancy/bootstrap-local.js';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import { open, page, pepper, useTenancy, withinASecond } from './tenancy-world.js';

const local = {
  pepper,
  limitUsd: '20',
  apiKey: 'sk-sluice-local-0123456789abcdef',
  adminKey: 'sk-sluice-admin-local-0123456789',
};
const by: ActingRequest = {
  ...{ organizationId: 'org_local', keyId: 'key_local_admin', role: 'owner', projectRoles: {}, requestId: 'req_test' },
};
const live = { mode: 'live' } as const;

const world = useTenancy();

beforeAll(async () => {
  // What is announced late would disturb the first test.
  const announced = [local.apiKey, local.adminKey].map((key) => world.announced(hashKey(pepper, key).toString('hex')));
  await bootstrapLocal(world.database, local);
  await Promise.all(announced);
});

describe('keys', () => {
  it('tell who calls, and are asked for once', async () => {
    const caller = {
      keyId: 'key_local',
      kind: 'inference',
      organizationId: 'org_local',
      projectId: 'proj_local',
      answerHoldMs: 3_600_000,
      mode: 'live',
    };
    const valid = { status: 'valid', caller };
    const before = world.questions;
    const checks = await Promise.all([1, 2, 3].map(() => world.keys.check(local.apiKey)));
    expect(checks).toEqual([valid, valid, valid]);
    expect(await world.keys.check(local.apiKey)).toEqual(valid);
    expect(world.questions - before).toBe(1);
    const admin = await world.keys.check(local.adminKey);
    expect(admin).toMatchObject({ caller: { kind: 'admin', organizationId: 'org_local', role: 'owner' } });
    expect(admin).not.toHaveProperty('caller.projectId');
  });

  it('are known by their ids as well, as they are at that moment', async () => {
    const made = await world.projectKeys.create(by, 'proj_local', { ...live, name: 'by its id' });
    const check = await world.keys.check(made.secret);
    expect(await world.keys.checkId(made.id)).toEqual(check);
    await world.projectKeys.remove(by, 'proj_local', made.id);
    expect(await world.keys.checkId(made.id)).toEqual({ status: 'revoked' });
    expect(await world.keys.checkId('key_of_nobody')).toEqual({ status: 'unknown' });
  });

  it('are unknown until they are made, and known within a second from then on', async () => {
    const key = 'sk-sluice-local-ffffffffffffffff';
    expect(await world.keys.check(key)).toEqual({ status: 'unknown' });
    await bootstrapLocal(world.database, { ...local, apiKey: key });
    await expect.poll(() => world.keys.check(key), withinASecond).toMatchObject({ status: 'valid' });
    await expect.poll(() => world.keys.check(local.apiKey), withinASecond).toEqual({ status: 'unknown' });
    await bootstrapLocal(world.database, local);
    await expect.poll(() => world.keys.check(local.apiKey), withinASecond).toMatchObject({ status: 'valid' });
  });

  it('are void within a second of being revoked', async () => {
    const made = await world.projectKeys.create(by, 'proj_local', { ...live, name: 'mine' });
    expect(made.secret).toMatch(/^sk-sluice-[\w-]{32}$/);
    expect(made.hint).toBe(`sk-sluice-…${made.secret.slice(-4)}`);
    expect(await world.keys.check(made.secret)).toMatchObject({ status: 'valid', caller: { keyId: made.id } });
    await world.projectKeys.remove(by, 'proj_local', made.id);
    await expect.poll(() => world.keys.check(made.secret), withinASecond).toEqual({ status: 'revoked' });
    const listed = await world.projectKeys.list('org_local', 'proj_local', page);
    expect(listed.data.find(({ id }) => id === made.id)).toHaveProperty('revokedAt');
    expect(JSON.stringify(listed)).not.toContain(made.secret);
  });

  it('follow a change of their project within a second', async () => {
    await world.keys.check(local.apiKey);
    await world.database.query({
      text: `UPDATE tenancy.projects SET answer_hold_ms = 5, stored_answer_retention_ms = 6 WHERE id = 'proj_local'`,
    });
    await expect
      .poll(() => world.keys.check(local.apiKey), withinASecond)
      .toMatchObject({ caller: { answerHoldMs: 5, storedAnswerRetentionMs: 6 } });
  });

  it('expire by the clock', async () => {
    const made = await world.projectKeys.create(by, 'proj_local', { ...live, name: 'short' });
    await world.database.query({
      text: `UPDATE tenancy.api_keys SET expires_at = now() - interval '1 second' WHERE id = $1`,
      values: [made.id],
    });
    expect(await world.keys.check(made.secret)).toEqual({ status: 'expired' });
  });

  it('still work while the database is away, where they are cached, and throw where not', async () => {
    await world.keys.check(local.apiKey);
    world.isAway = true;
    try {
      expect(await world.keys.check(local.apiKey)).toMatchObject({ status: 'valid' });
      await expect(world.keys.check('sk-sluice-never-seen')).rejects.toThrow('away');
    } finally {
      world.isAway = false;
    }
    expect(await world.keys.check('sk-sluice-never-seen')).toEqual({ status: 'unknown' });
  });

  it('are not in the table', async () => {
    const rows = await world.database.query({ text: 'SELECT k::text AS row FROM tenancy.api_keys k' });
    expect(JSON.stringify(rows)).not.toContain('0123456789');
  });
});

describe('money', () => {
  it('gives a project a budget, of 0 as well, or none', async () => {
    const created = await world.projects.create(by, { name: 'Budgeted', budgetNanoUsd: '5000000000' });
    expect(created).toMatchObject({
      name: 'Budgeted',
      budget: { kind: 'budget', scope: `project:${created.id}`, availableNanoUsd: '5000000000' },
    });
    expect(await world.projects.create(by, { name: 'Nothing', budgetNanoUsd: '0' })).toMatchObject({
      budget: { availableNanoUsd: '0' },
    });
    const unlimited = await world.projects.create(by, { name: 'Unlimited', answerHoldMs: 7 });
    expect(unlimited).not.toHaveProperty('budget');
    const { secret } = await world.projectKeys.create(by, unlimited.id, { ...live, name: 'k' });
    expect(await world.keys.check(secret)).toMatchObject({ caller: { projectId: unlimited.id, answerHoldMs: 7 } });
    const listed = await world.projects.list('org_local', open);
    expect(listed.data.map(({ name }) => name)).toEqual(['Local', 'Budgeted', 'Nothing', 'Unlimited']);
    const balances = await world.management.balances('org_local');
    expect(balances.map(({ scope }) => scope)).toContain(`project:${created.id}`);
    expect(balances.find(({ scope }) => scope === 'organization:org_local')).toMatchObject({
      creditedNanoUsd: '20000000000',
    });
  });
});

describe('the local organisation', () => {
  const credited = async (): Promise<string> =>
    (await world.management.balances('org_local')).find(({ kind }) => kind === 'credits')!.creditedNanoUsd;

  it('is granted its limit once, however often it starts, two at a time', async () => {
    await Promise.all([bootstrapLocal(world.database, local), bootstrapLocal(world.database, local)]);
    expect(await credited()).toBe('20000000000');
  });

  it('follows its limit up and down, as far down as is not spent', async () => {
    await bootstrapLocal(world.database, { ...local, limitUsd: '30' });
    expect(await credited()).toBe('30000000000');
    await bootstrapLocal(world.database, { ...local, limitUsd: '12.5' });
    expect(await credited()).toBe('12500000000');
    await world.database.query({ text: `SELECT ledger.hold('req_1', '{organization:org_local}', 9000000000)` });
    await bootstrapLocal(world.database, { ...local, limitUsd: '1' });
    expect(await credited()).toBe('9000000000');
    const held = (await audit(world.database)).map(({ invariant }) => invariant);
    expect(held).toEqual(['a hold belongs to a request and is of its amount']);
    await world.database.query({ text: `SELECT ledger.resolve('req_1', 0, 0)` });
    await bootstrapLocal(world.database, { ...local, limitUsd: '20' });
    expect(await credited()).toBe('20000000000');
    await world.database.query({
      text: `INSERT INTO requests.requests (id, organization_id, project_id, key_id, kind, models, stream, retention, keyed,
               on_disconnect, holder, state, input, held, charged, ended_at)
             VALUES ('req_1', 'org_local', 'p', 'k', 'chat', '{}', false, 'zdr', false, 'cancel', 'h', 'released', '{}', 9000000000, 0, now())`,
    });
  });
});
