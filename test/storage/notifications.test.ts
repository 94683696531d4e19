import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { createNotifications, type Notifications } from '../../activities/storage/notifications.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

describe('notifications', () => {
  let test: TestDatabase;
  let database: Database;
  let open: Notifications[] = [];
  beforeAll(async () => {
    test = await createTestDatabase();
    database = createDatabase({ url: test.url, connections: 2, onError: () => {} });
  });
  afterAll(async () => {
    await Promise.all(open.map((notifications) => notifications.close()));
    await database.close();
    await test.drop();
  });

  /** Listens to `ours` (and, so that there are two, to `also ours`), noting all that comes. */
  function listen(url = test.url) {
    const errors: Error[] = [];
    const heard: (string | undefined)[] = [];
    const notifications = createNotifications({
      url,
      channels: ['ours', 'also ours'],
      onError: (error) => errors.push(error),
    });
    notifications.on('ours', (payload) => heard.push(payload));
    open = [...open, notifications];
    return { notifications, errors, heard };
  }
  const notify = (channel: string, payload: string) =>
    database.query({ text: 'SELECT pg_notify($1, $2)', values: [channel, payload] });
  const terminateListeners = async (): Promise<number> => {
    const rows = await database.query({
      text: `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'sluice-listen'`,
    });
    return rows.length;
  };

  it('arrive in order, each at the listeners of its own channel', async () => {
    const { notifications, heard, errors } = listen();
    const also: (string | undefined)[] = [];
    notifications.on('also ours', (payload) => also.push(payload));
    notifications.on('ours', (payload) => also.push(payload));
    await expect.poll(() => heard).toEqual([undefined]);
    await notify('ours', 'one');
    await notify('not ours', 'two');
    await notify('also ours', 'three');
    await notify('ours', '');
    await expect.poll(() => heard).toEqual([undefined, 'one', '']);
    expect(also).toEqual(expect.arrayContaining(['one', 'three', '']));
    expect(errors).toEqual([]);
    await notifications.close();
  });

  it('come again after the connection was broken, and say that some may have been missed', async () => {
    const { notifications, heard, errors } = listen();
    await expect.poll(() => heard).toEqual([undefined]);
    for (const round of [1, 2]) {
      expect(await terminateListeners()).toBe(1);
      await notify('ours', 'missed');
      await expect
        .poll(() => heard.filter((payload) => payload === undefined), { timeout: 10_000 })
        .toHaveLength(1 + round);
      await notify('ours', `after ${round}`);
      await expect.poll(() => heard.at(-1)).toBe(`after ${round}`);
    }
    expect(heard).toEqual([undefined, undefined, 'after 1', undefined, 'after 2']);
    expect(errors.length).toBeGreaterThan(0);
    await notifications.close();
  });

  it('are waited for where the database is not there yet, and told once', async () => {
    const name = `later_${process.pid}`;
    const url = new URL(test.url);
    url.pathname = `/${name}`;
    const { notifications, heard, errors } = listen(url.href);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    await database.query({ text: `CREATE DATABASE ${name}` });
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual([undefined]);
    const there = createDatabase({ url: url.href, connections: 1, onError: () => {} });
    await there.query({ text: `SELECT pg_notify('ours', 'here')` });
    await expect.poll(() => heard).toEqual([undefined, 'here']);
    await there.close();
    await notifications.close();
    await database.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
  });

  it('end with a close, and their connection with them', async () => {
    const { notifications, heard } = listen();
    await expect.poll(() => heard).toEqual([undefined]);
    await notifications.close();
    await expect.poll(terminateListeners).toBe(0);
    expect(heard).toEqual([undefined]);
  });
});
