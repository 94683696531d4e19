import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHeardChanges, heardChannelName } from '../../activities/storage/heard-changes.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { createNotifications, type Notifications } from '../../activities/storage/notifications.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

const channel = 'changed';
let test: TestDatabase;
let database: Database;
let notifications: Notifications;
/** What was told on `channel`, and on the other one, in the order in which it was. */
const told: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  const { url } = test;
  database = createDatabase({ url, connections: 2, onError: () => {} });
  notifications = createNotifications({ url, channels: [heardChannelName, channel], onError: () => {} });
  await new Promise<void>((resolve) => {
    notifications.on(channel, (payload) => (payload === undefined ? resolve() : told.push(payload)));
  });
});

afterAll(async () => {
  await notifications.close();
  await database.close();
  await test.drop();
});

const change = (payload: string): Promise<unknown> =>
  database.query({ text: 'SELECT pg_notify($1, $2)', values: [channel, payload] });
const unexpected = (error: unknown): void => {
  throw error;
};

it('has heard of whatever was committed before', async () => {
  const changesHeard = createHeardChanges({ database, notifications, onError: unexpected });
  for (let number = 1; number <= 50; number += 1) {
    await change(String(number));
    await changesHeard();
    expect(told.at(-1)).toBe(String(number));
  }
});

it('waits for those who hear late, each for its own', async () => {
  const late: (() => void)[] = [];
  const slow: Pick<Notifications, 'on'> = {
    on: (name, listener) => notifications.on(name, (payload) => void late.push(() => listener(payload))),
  };
  const changesHeard = createHeardChanges({
    database,
    notifications: { ...notifications, ...slow },
    onError: unexpected,
  });
  const heard: string[] = [];
  const waits = ['first', 'second'].map((name) => changesHeard().then(() => heard.push(name)));
  await expect.poll(() => late.length).toBe(2);
  expect(heard).toEqual([]);
  late.forEach((tell) => tell());
  await Promise.all(waits);
  expect([...heard].sort()).toEqual(['first', 'second']);
});

it('goes on where the listening connection is made anew, and where the database is away', async () => {
  const errors: unknown[] = [];
  let reconnected: (payload: string | undefined) => void = unexpected;
  const deaf = {
    ...notifications,
    on: (_: string, listener: typeof reconnected) => {
      reconnected = listener;
    },
  };
  const changesHeard = createHeardChanges({ database, notifications: deaf, onError: unexpected });
  const waiting = changesHeard();
  reconnected(undefined);
  await waiting;

  const away = { query: () => Promise.reject(new Error('away')) };
  await createHeardChanges({ database: away, notifications, onError: (error) => errors.push(error) })();
  expect(errors).toEqual([new Error('away')]);
});
