import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createAuditTrail } from '../../activities/audit/audit-trail.js';
import { createCredentials } from '../../activities/credentials/credentials.js';
import { type MasterKey, toMasterKey } from '../../activities/credentials/envelope.js';
import {
  createLiveCredentials,
  credentialsChangeChannelName,
  type LiveCredentials,
} from '../../activities/credentials/live-credentials.js';
import { rewrapCredentials } from '../../activities/credentials/rewrap-credentials.js';
import { newKey } from '../../activities/storage/cipher.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { createNotifications, type Notifications } from '../../activities/storage/notifications.js';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { NewCredential, VendorAccount, Verification } from '../../workflows/contracts/credentials.js';
import { createTestDatabase } from '../support/services.js';

// The credentials that a process works with: what makes one unusable, and that it takes no other down.

const vendors = [{ id: 'openai', baseUrl: 'https://api.openai.com/v1' }, { id: 'vllm' }];
const master = toMasterKey(newKey());
const user = { organizationId: 'org_a', projectId: 'proj_a' };
const by: ActingRequest = {
  ...{ organizationId: 'org_a', keyId: 'key_1', role: 'owner', projectRoles: {}, requestId: 'req_1' },
};

let database: Database;
let notifications: Notifications;
let drop: () => Promise<void>;
beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  database = createDatabase({ url: made.url, connections: 4, onError: () => {} });
  notifications = createNotifications({ url: made.url, channels: [credentialsChangeChannelName], onError: () => {} });
  for (const [organization, project] of [
    ['org_a', 'proj_a'],
    ['org_b', 'proj_b'],
  ]) {
    await database.query({
      text: 'INSERT INTO tenancy.organizations (id, name) VALUES ($1, $1)',
      values: [organization],
    });
    const text = 'INSERT INTO tenancy.projects (id, organization_id, name) VALUES ($2, $1, $2)';
    await database.query({ text, values: [organization, project] });
  }
}, 120_000);
afterAll(async () => {
  await notifications.close();
  await database.close();
  await drop();
});

const seen: VendorAccount[] = [];
const verification: Verification = { status: 'valid', message: 'taken' };
const credentialsUnder = (key: MasterKey) =>
  createCredentials({
    ...{ database, vendors, masterKeys: [key], audit: createAuditTrail({ database }) },
    verifier: {
      verify: async (account) => {
        seen.push(account);
        return verification;
      },
    },
  });
const add = (more: Partial<NewCredential> = {}, key = master) =>
  credentialsUnder(key).create(by, 'organization', {
    ...{ vendor: 'openai', name: 'tested', settings: {}, secret: { api_key: 'sk-0123456789' } },
    ...more,
  });

async function live(masterKeys: readonly MasterKey[] = [master]): Promise<{
  readonly credentials: LiveCredentials;
  readonly broken: Map<string, string>;
  readonly changed: readonly string[];
}> {
  const broken = new Map<string, string>();
  const changed: string[] = [];
  const credentials = createLiveCredentials({
    ...{ database, notifications, masterKeys, vendors, environment: new Set(['anthropic']) },
    onChanged: (id) => void changed.push(id),
    onBroken: (id, problem) => {
      if (broken.has(id)) throw new Error('told twice');
      broken.set(id, problem);
    },
    onError: (error) => {
      throw error;
    },
  });
  await credentials.start();
  onTestFinished(() => credentials.stop());
  return { credentials, broken, changed };
}

describe('the credentials of a process', () => {
  it('open for those whom they are for, and follow every change', async () => {
    const { credentials, changed } = await live();
    expect([...credentials.vendorsFor('org_a', 'proj_a')]).toEqual(['anthropic']);
    const { id } = await add({ projectId: 'proj_a' });
    await expect.poll(() => credentials.accountOf(id, user)?.secret).toEqual({ api_key: 'sk-0123456789' });
    expect([...credentials.vendorsFor('org_a', 'proj_a')]).toEqual(['anthropic', 'openai']);
    expect([...credentials.vendorsFor('org_a')]).toEqual(['anthropic']);
    expect([...credentials.vendorsFor('org_b', 'proj_b')]).toEqual(['anthropic']);
    expect(credentials.vendorsFor('org_a', 'proj_a')).toBe(credentials.vendorsFor('org_a', 'proj_a'));
    for (const other of [
      { organizationId: 'org_b', projectId: 'proj_a' },
      { organizationId: 'org_a', projectId: 'x' },
    ]) {
      expect(credentials.accountOf(id, other)).toBeUndefined();
      expect(credentials.usableBy(other.organizationId, other.projectId)).toEqual([]);
    }
    const account = credentials.accountOf(id, user);
    expect(credentials.accountOf(id, user)).toBe(account);
    await credentialsUnder(master).modify(by, 'organization', id, { secret: { api_key: 'sk-another' } });
    await expect.poll(() => credentials.accountOf(id, user)?.secret).toEqual({ api_key: 'sk-another' });
    // Once as it came, once as its secret changed; another name is nothing new to its vendor.
    expect(changed).toEqual([id, id]);
    await credentialsUnder(master).modify(by, 'organization', id, { name: 'another', weight: 7 });
    await expect.poll(() => credentials.usableBy('org_a', 'proj_a')[0]?.weight).toBe(7);
    expect(changed).toEqual([id, id]);
    await credentialsUnder(master).modify(by, 'organization', id, { isEnabled: false });
    await expect.poll(() => credentials.accountOf(id, user)).toBeUndefined();
    await credentialsUnder(master).modify(by, 'organization', id, { isEnabled: true });
    await expect.poll(() => credentials.accountOf(id, user)).toBeDefined();
    await credentialsUnder(master).remove(by, 'organization', id);
    await expect.poll(() => credentials.usableBy('org_a', 'proj_a')).toEqual([]);
  });

  it('that cannot be used are told once and passed over, and the others serve', async () => {
    const good = await add();
    const otherKey = await add({}, toMasterKey(newKey()));
    const moved = await add();
    await database.query({
      text: `UPDATE credentials.credentials SET organization_id = 'org_b' WHERE id = $1`,
      values: [moved.id],
    });
    const stranger = await add();
    await database.query({
      text: `UPDATE credentials.credentials SET vendor = 'of-tomorrow' WHERE id = $1`,
      values: [stranger.id],
    });
    const { credentials, broken } = await live();
    expect(credentials.usableBy('org_a').map(({ id }) => id)).toEqual([good.id]);
    expect(credentials.accountOf(good.id, user)).toBeDefined();
    for (const _ of [1, 2]) {
      expect(credentials.accountOf(moved.id, { organizationId: 'org_b', projectId: 'proj_b' })).toBeUndefined();
    }
    await add();
    await expect.poll(() => credentials.usableBy('org_a').length).toBe(2);
    expect(Object.fromEntries(broken)).toEqual({
      [otherKey.id]: expect.stringContaining('another master key'),
      [stranger.id]: expect.stringContaining('vendor'),
      [moved.id]: expect.stringContaining('decrypt'),
    });
  });

  it('are of a project of their own organisation, says the database too', async () => {
    const { id } = await add();
    const text = `UPDATE credentials.credentials SET project_id = 'proj_b' WHERE id = $1`;
    await expect(database.query({ text, values: [id] })).rejects.toThrow(/foreign key/);
  });

  it('move to a new master key without a secret being opened, and need the old one no more', async () => {
    const next = toMasterKey(newKey());
    const { id } = await add();
    const secretOf = () =>
      database.query({ text: 'SELECT secret, master_key_id FROM credentials.credentials WHERE id = $1', values: [id] });
    const [before] = await secretOf();
    expect(await rewrapCredentials(database, [next, master])).toBeGreaterThan(0);
    expect(await rewrapCredentials(database, [next, master])).toBe(0);
    expect(await rewrapCredentials(database, [next])).toBe(0);
    expect(await secretOf()).toEqual([{ ...before, master_key_id: next.id }]);
    const { credentials } = await live([next]);
    expect(credentials.accountOf(id, user)?.secret).toEqual({ api_key: 'sk-0123456789' });
    expect((await live([master])).credentials.accountOf(id, user)).toBeUndefined();
  });

  it('that do not decrypt are verified as that, until their secret is sent anew', async () => {
    const { id } = await add();
    const elsewhere = credentialsUnder(toMasterKey(newKey()));
    const { verified } = await elsewhere.verify(by, 'organization', id);
    expect(verified).toMatchObject({ status: 'invalid', message: expect.stringContaining('Send the secret anew') });
    await elsewhere.modify(by, 'organization', id, { secret: { api_key: 'sk-anew' } });
    expect(await elsewhere.verify(by, 'organization', id)).toMatchObject({ verified: { status: 'valid' } });
    expect(seen.at(-1)?.secret).toEqual({ api_key: 'sk-anew' });
  });

  it('are verified with their secret, and what was said is forgotten with a change', async () => {
    const { id } = await add();
    const service = credentialsUnder(master);
    expect(await service.verify(by, 'organization', id)).toMatchObject({
      verified: { status: 'valid', message: 'taken' },
    });
    expect(seen.at(-1)).toMatchObject({ id, organizationId: 'org_a', secret: { api_key: 'sk-0123456789' } });
    expect(await service.modify(by, 'organization', id, { weight: 5 })).toHaveProperty('verified');
    expect(await service.modify(by, 'organization', id, { secret: { api_key: 'sk-2' } })).not.toHaveProperty(
      'verified',
    );
    await expect(service.get({ ...by, organizationId: 'org_b' }, 'organization', id)).rejects.toThrow(
      'credential_not_found',
    );
  });
});
