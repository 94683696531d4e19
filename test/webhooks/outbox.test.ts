import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuditTrail } from '../../activities/audit/audit-trail.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { createNotifications } from '../../activities/storage/notifications.js';
import { toMasterKey } from '../../activities/storage/envelope.js';
import { createDispatcher } from '../../activities/webhooks/dispatcher.js';
import { fanOut } from '../../activities/webhooks/fan-out.js';
import { openSecrets, rewrapWebhookSecrets } from '../../activities/webhooks/secrets.js';
import { forgetOldEvents, takeUpStuckDeliveries } from '../../activities/webhooks/upkeep.js';
import { createWebhooks } from '../../activities/webhooks/webhooks.js';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

// From the outbox to flows, by the rows in between: nothing is lost and nothing is doubled, whoever dies and however many try.

const masterKeys = [toMasterKey(Buffer.alloc(32, 1))] as const;
let test: TestDatabase;
let database: Database;
let organizations = 0;
let by: ActingRequest;
let started: string[];

beforeAll(async () => {
  test = await createTestDatabase();
  database = createDatabase({ url: test.url, connections: 6, onError: () => {} });
});
afterAll(async () => {
  await database?.close();
  await test?.drop();
});
beforeEach(async () => {
  started = [];
  const organizationId = `org_${(organizations += 1)}`;
  by = { organizationId, keyId: 'key_1', role: 'owner', projectRoles: {}, requestId: 'req_1' };
  await rows('DELETE FROM requests.outbox');
  await rows(`INSERT INTO tenancy.organizations (id, name) VALUES ($1, 'Tested')`, organizationId);
});

const rows = <T extends object>(text: string, ...values: readonly unknown[]) =>
  database.query<T & { readonly [column: string]: unknown }>({ text, values });
const webhooks = () =>
  createWebhooks({ database, audit: createAuditTrail({ database }), masterKeys, urls: { check: (url) => url } });
const endpoint = () => webhooks().create(by, { url: 'https://example.com/' });
const happen = (type: string, count = 1) =>
  rows(
    `INSERT INTO requests.outbox (type, organization_id, payload) SELECT $1, $2, '{}' FROM generate_series(1, $3)`,
    ...[type, by.organizationId, count],
  );
const deliveries = () =>
  rows<{ id: string }>('SELECT id FROM webhooks.deliveries WHERE organization_id = $1', by.organizationId);
const dispatcher = (start: (id: string) => Promise<void> = async (id) => void started.push(id)) =>
  createDispatcher({
    ...{ database, masterKeys, notifications: { on: () => {}, close: async () => {} } },
    starter: { start: ({ deliveryId }) => start(deliveryId) },
    onError: () => {},
  });

describe('events', () => {
  it('are told once to each endpoint, by however many processes at once', async () => {
    await endpoint();
    await endpoint();
    await happen('job.succeeded', 250);
    await happen('ledger.overshoot', 5);
    const all = Array.from({ length: 5 }, () => dispatcher());
    await Promise.all(all.map((one) => one.dispatchOnce()));
    await dispatcher().dispatchOnce();
    expect(await rows('SELECT 1 FROM requests.outbox WHERE delivered_at IS NULL')).toEqual([]);
    expect(await deliveries()).toHaveLength(500);
    expect(started).toHaveLength(500);
    expect(new Set(started).size).toBe(500);
  });

  it('are still there where a process dies while it takes them', async () => {
    await endpoint();
    await happen('job.succeeded');
    const dying: Database = {
      ...database,
      transaction: (work) =>
        database.transaction(async (transaction) => {
          await work(transaction);
          throw new Error('killed before the commit');
        }),
    };
    await expect(fanOut(dying, masterKeys)).rejects.toThrow('killed');
    expect(await deliveries()).toEqual([]);
    await dispatcher().dispatchOnce();
    expect(started).toHaveLength(1);
  });

  it('are not told twice where one is taken up again', async () => {
    await endpoint();
    await happen('job.succeeded');
    await dispatcher().dispatchOnce();
    await rows('UPDATE requests.outbox SET delivered_at = NULL');
    await dispatcher().dispatchOnce();
    expect(await deliveries()).toHaveLength(1);
    expect(started).toHaveLength(1);
  });

  it('have names that tell nothing of how many there are', async () => {
    await happen('job.succeeded', 2);
    const [one, two] = await rows<{ event_id: string }>('SELECT event_id FROM requests.outbox ORDER BY id');
    expect(one?.event_id).toMatch(/^evt_[0-9a-f]{32}$/);
    expect(one?.event_id).not.toBe(two?.event_id);
  });

  it('of keys are written where keys change, whoever changes them', async () => {
    const key = 'key_1';
    await rows(
      `INSERT INTO tenancy.api_keys (id, organization_id, kind, name, hash, hint) VALUES ($1, $2, 'admin', 'Mine', 'hash', 'sk-…')`,
      ...[key, by.organizationId],
    );
    await rows('UPDATE tenancy.api_keys SET last_used_at = now(), name = $2 WHERE id = $1', key, 'Other');
    await rows(`UPDATE tenancy.api_keys SET hash = 'another' WHERE id = $1`, key);
    await rows('UPDATE tenancy.api_keys SET revoked_at = now() WHERE id = $1', key);
    await rows('UPDATE tenancy.api_keys SET revoked_at = now() WHERE id = $1', key);
    const told = await rows(
      'SELECT type, payload FROM requests.outbox WHERE organization_id = $1 ORDER BY id',
      by.organizationId,
    );
    const payload = { id: key, kind: 'admin', name: 'Other', redactedValue: 'sk-…' };
    expect(told).toEqual([
      { type: 'api_key.created', payload: { ...payload, name: 'Mine' } },
      { type: 'api_key.rotated', payload },
      { type: 'api_key.revoked', payload },
    ]);
  });

  it('wake whoever listens, and statements that write none do not', async () => {
    const heard: string[] = [];
    const channels = ['sluice_outbox', 'barrier'];
    const notifications = createNotifications({ url: test.url, channels, onError: () => {} });
    try {
      await new Promise<void>((resolve) =>
        notifications.on('barrier', (payload) => payload === undefined && resolve()),
      );
      notifications.on('sluice_outbox', () => heard.push('woken'));
      const barrier = new Promise<void>((resolve) => notifications.on('barrier', () => resolve()));
      await rows(`INSERT INTO requests.outbox (type, organization_id, payload) SELECT 'x', 'org_1', '{}' WHERE false`);
      await happen('job.succeeded');
      await rows(`SELECT pg_notify('barrier', '')`);
      await barrier;
      expect(heard).toEqual(['woken']);
    } finally {
      await notifications.close();
    }
  });
});

describe('a delivery', () => {
  it('whose flow could not be started is started the next time', async () => {
    await endpoint();
    await happen('job.succeeded', 3);
    let failures = 1;
    const flaky = dispatcher(async (id) => {
      if (failures-- > 0) throw new Error('Temporal is away');
      started.push(id);
    });
    await expect(flaky.dispatchOnce()).rejects.toThrow('away');
    expect(started).toHaveLength(2);
    await flaky.dispatchOnce();
    expect(new Set(started).size).toBe(3);
  });

  it('that a process claimed and left is taken over when its claim is over', async () => {
    await endpoint();
    await happen('job.succeeded');
    await fanOut(database, masterKeys);
    await rows(`UPDATE webhooks.deliveries SET claimed_until = now() + interval '30 seconds'`);
    await dispatcher().dispatchOnce();
    expect(started).toEqual([]);
    await rows(`UPDATE webhooks.deliveries SET claimed_until = now() - interval '1 second'`);
    await dispatcher().dispatchOnce();
    expect(started).toHaveLength(1);
  });

  it('that should have gone on long ago is started anew', async () => {
    await endpoint();
    await happen('job.succeeded', 2);
    await dispatcher().dispatchOnce();
    const [stuck] = await deliveries();
    const hours = `now() - interval '2 hours'`;
    await rows(
      `UPDATE webhooks.deliveries SET handed_over_at = ${hours}, created_at = ${hours} WHERE organization_id = $1`,
      by.organizationId,
    );
    await rows(`UPDATE webhooks.deliveries SET next_attempt_at = now() + interval '1 hour' WHERE id <> $1`, stuck?.id);
    started = [];
    await takeUpStuckDeliveries(database);
    await dispatcher().dispatchOnce();
    expect(started).toEqual([stuck?.id]);
  });
});

describe('what is old', () => {
  it('is forgotten with its deliveries, unless one is under way', async () => {
    await endpoint();
    await happen('job.succeeded', 3);
    await dispatcher().dispatchOnce();
    const [, ended, open] = await rows<{ id: string; event_id: string }>(
      'SELECT id, event_id FROM webhooks.deliveries',
    );
    await rows(`UPDATE webhooks.deliveries SET state = 'delivered', ended_at = now() WHERE id <> $1`, open?.id);
    await rows(`UPDATE requests.outbox SET delivered_at = now() - interval '31 days' WHERE event_id = ANY ($1)`, [
      ...[ended?.event_id, open?.event_id],
    ]);
    await forgetOldEvents(database);
    const left = (await deliveries()).map(({ id }) => id);
    expect(left).toHaveLength(2);
    expect(left).not.toContain(ended?.id);
  });

  it('are secrets of a former master key, which move to the new one', async () => {
    const { id, secret } = await endpoint();
    const next = toMasterKey(Buffer.alloc(32, 2));
    expect(await rewrapWebhookSecrets(database, masterKeys)).toBe(0);
    expect(await rewrapWebhookSecrets(database, [next, ...masterKeys])).toBeGreaterThan(0);
    expect(await rewrapWebhookSecrets(database, [next, ...masterKeys])).toBe(0);
    expect(await openSecrets(database, [next], id)).toEqual([secret]);
    await expect(openSecrets(database, masterKeys, id)).rejects.toThrow('master key');
  });
});
