import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { createDatabase, type Database, type Queryable } from '../../activities/storage/database.js';
import { createNotifications, type Notifications } from '../../activities/storage/notifications.js';
import { hashKey } from '../../activities/tenancy/api-keys.js';
import { bootstrapLocal } from '../../activities/tenancy/bootstrap-local.js';
import { createKeyDirectory, keyChangeChannelName } from '../../activities/tenancy/key-directory.js';
import { createManagement } from '../../activities/tenancy/management.js';
import type { KeyDirectory, Management } from '../../workflows/contracts/ports.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

const pepper = Buffer.alloc(32, 3);
const local = {
  pepper,
  limitUsd: '20',
  apiKey: 'sk-sluice-local-0123456789abcdef',
  adminKey: 'sk-sluice-admin-local-0123456789',
};

let test: TestDatabase;
let database: Database;
let notifications: Notifications;
let keys: KeyDirectory;
let management: Management;
let queries = 0;
let isAway = false;

beforeAll(async () => {
  test = await createTestDatabase();
  database = createDatabase({ url: test.url, connections: 4, onError: () => {} });
  notifications = createNotifications({ url: test.url, channels: [keyChangeChannelName], onError: () => {} });
  const heard = (isIt: (payload: string | undefined) => boolean): Promise<void> =>
    new Promise((resolve) => {
      notifications.on(keyChangeChannelName, (payload) => isIt(payload) && resolve());
    });
  const listening = heard((payload) => payload === undefined);
  const watched: Queryable = {
    query: (query) => {
      queries += 1;
      return isAway
        ? Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }))
        : database.query(query);
    },
  };
  keys = createKeyDirectory({ database: watched, notifications, pepper });
  management = createManagement({ database, pepper });
  // What is announced reaches nobody who does not listen yet; what is announced late would disturb the first test.
  await listening;
  const announced = [local.apiKey, local.adminKey].map((key) => {
    const hash = hashKey(pepper, key).toString('hex');
    return heard((payload) => payload === hash);
  });
  await bootstrapLocal(database, local);
  await Promise.all(announced);
});
afterAll(async () => {
  expect(await audit(database)).toEqual([]);
  await notifications.close();
  await database.close();
  await test.drop();
});

const withinASecond = { timeout: 1_000, interval: 20 };

describe('keys', () => {
  it('tell who calls, and are asked for once', async () => {
    const caller = {
      keyId: 'key_local',
      kind: 'inference',
      organizationId: 'org_local',
      projectId: 'proj_local',
      answerHoldMs: 3_600_000,
    };
    const valid = { status: 'valid', caller };
    const before = queries;
    const checks = await Promise.all([1, 2, 3].map(() => keys.check(local.apiKey)));
    expect(checks).toEqual([valid, valid, valid]);
    expect(await keys.check(local.apiKey)).toEqual(valid);
    expect(queries - before).toBe(1);
    const admin = await keys.check(local.adminKey);
    expect(admin).toMatchObject({ caller: { kind: 'admin', organizationId: 'org_local' } });
    expect(admin).not.toHaveProperty('caller.projectId');
  });

  it('are unknown until they are made, and known within a second from then on', async () => {
    const key = 'sk-sluice-local-ffffffffffffffff';
    expect(await keys.check(key)).toEqual({ status: 'unknown' });
    await bootstrapLocal(database, { ...local, apiKey: key });
    await expect.poll(() => keys.check(key), withinASecond).toMatchObject({ status: 'valid' });
    await expect.poll(() => keys.check(local.apiKey), withinASecond).toEqual({ status: 'unknown' });
    await bootstrapLocal(database, local);
    await expect.poll(() => keys.check(local.apiKey), withinASecond).toMatchObject({ status: 'valid' });
  });

  it('are void within a second of being revoked', async () => {
    const made = (await management.createKey('org_local', 'proj_local', 'mine'))!;
    expect(made.key).toMatch(/^sk-sluice-[\w-]{32}$/);
    expect(made.hint).toBe(`sk-sluice-…${made.key.slice(-4)}`);
    expect(await keys.check(made.key)).toMatchObject({ status: 'valid', caller: { keyId: made.id } });
    expect(await management.revokeKey('org_local', 'proj_local', made.id)).toBe(true);
    await expect.poll(() => keys.check(made.key), withinASecond).toEqual({ status: 'revoked' });
    const listed = await management.listKeys('org_local', 'proj_local');
    expect(listed?.find(({ id }) => id === made.id)).toHaveProperty('revokedAt');
    expect(JSON.stringify(listed)).not.toContain(made.key);
  });

  it('follow a change of their project within a second', async () => {
    await keys.check(local.apiKey);
    await database.query({ text: `UPDATE tenancy.projects SET answer_hold_ms = 5 WHERE id = 'proj_local'` });
    await expect.poll(() => keys.check(local.apiKey), withinASecond).toMatchObject({ caller: { answerHoldMs: 5 } });
  });

  it('expire by the clock', async () => {
    const made = (await management.createKey('org_local', 'proj_local', 'short'))!;
    await database.query({
      text: `UPDATE tenancy.api_keys SET expires_at = now() - interval '1 second' WHERE id = $1`,
      values: [made.id],
    });
    expect(await keys.check(made.key)).toEqual({ status: 'expired' });
  });

  it('still work while the database is away, where they are cached, and throw where not', async () => {
    await keys.check(local.apiKey);
    isAway = true;
    try {
      expect(await keys.check(local.apiKey)).toMatchObject({ status: 'valid' });
      await expect(keys.check('sk-sluice-never-seen')).rejects.toThrow('away');
    } finally {
      isAway = false;
    }
    expect(await keys.check('sk-sluice-never-seen')).toEqual({ status: 'unknown' });
  });

  it('are not in the table', async () => {
    const rows = await database.query({ text: 'SELECT k::text AS row FROM tenancy.api_keys k' });
    expect(JSON.stringify(rows)).not.toContain('0123456789');
  });
});

describe('management', () => {
  it('gives a project a budget, of 0 as well, or none', async () => {
    const created = await management.createProject('org_local', { name: 'Budgeted', budgetNanoUsd: '5000000000' });
    expect(created).toMatchObject({
      name: 'Budgeted',
      budget: { kind: 'budget', scope: `project:${created.id}`, availableNanoUsd: '5000000000' },
    });
    expect(await management.createProject('org_local', { name: 'Nothing', budgetNanoUsd: '0' })).toMatchObject({
      budget: { availableNanoUsd: '0' },
    });
    const unlimited = await management.createProject('org_local', { name: 'Unlimited', answerHoldMs: 7 });
    expect(unlimited).not.toHaveProperty('budget');
    const { key } = (await management.createKey('org_local', unlimited.id, 'k'))!;
    expect(await keys.check(key)).toMatchObject({ caller: { projectId: unlimited.id, answerHoldMs: 7 } });
    const listed = await management.listProjects('org_local');
    expect(listed.map(({ name }) => name)).toEqual(['Local', 'Budgeted', 'Nothing', 'Unlimited']);
    const balances = await management.balances('org_local');
    expect(balances.map(({ scope }) => scope)).toContain(`project:${created.id}`);
    expect(balances.find(({ scope }) => scope === 'organization:org_local')).toMatchObject({
      creditedNanoUsd: '20000000000',
    });
  });

  it('knows nothing of what belongs to another organisation', async () => {
    await database.query({ text: `INSERT INTO tenancy.organizations (id, name) VALUES ('org_other', 'Other')` });
    const theirs = await management.createProject('org_other', { name: 'Theirs' });
    const key = (await management.createKey('org_other', theirs.id, 'k'))!;
    expect(await management.createKey('org_local', theirs.id, 'k')).toBeUndefined();
    expect(await management.listKeys('org_local', theirs.id)).toBeUndefined();
    expect(await management.revokeKey('org_local', theirs.id, key.id)).toBe(false);
    expect((await management.listProjects('org_other')).map(({ id }) => id)).toEqual([theirs.id]);
    expect(await management.balances('org_other')).toEqual([]);
  });
});

describe('the local organisation', () => {
  const credited = async (): Promise<string> =>
    (await management.balances('org_local')).find(({ kind }) => kind === 'credits')!.creditedNanoUsd;

  it('is granted its limit once, however often it starts, two at a time', async () => {
    await Promise.all([bootstrapLocal(database, local), bootstrapLocal(database, local)]);
    expect(await credited()).toBe('20000000000');
  });

  it('follows its limit up and down, as far down as is not spent', async () => {
    await bootstrapLocal(database, { ...local, limitUsd: '30' });
    expect(await credited()).toBe('30000000000');
    await bootstrapLocal(database, { ...local, limitUsd: '12.5' });
    expect(await credited()).toBe('12500000000');
    await database.query({ text: `SELECT ledger.hold('req_1', '{organization:org_local}', 9000000000)` });
    await bootstrapLocal(database, { ...local, limitUsd: '1' });
    expect(await credited()).toBe('9000000000');
    const held = (await audit(database)).map(({ invariant }) => invariant);
    expect(held).toEqual(['a hold belongs to a request and is of its amount']);
    await database.query({ text: `SELECT ledger.resolve('req_1', 0, 0)` });
    await bootstrapLocal(database, { ...local, limitUsd: '20' });
    expect(await credited()).toBe('20000000000');
    await database.query({
      text: `INSERT INTO requests.requests (id, organization_id, project_id, key_id, kind, models, stream, retention, keyed,
               on_disconnect, holder, state, input, held, charged, ended_at)
             VALUES ('req_1', 'org_local', 'p', 'k', 'chat', '{}', false, 'zdr', false, 'cancel', 'h', 'released', '{}', 9000000000, 0, now())`,
    });
  });
});
