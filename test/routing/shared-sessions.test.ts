import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createSharedSessions, sessionsChannelName } from '../../activities/routing/shared-sessions.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { createNotifications } from '../../activities/storage/notifications.js';
import { createSessionMemory, sessionKey } from '../../api/requests/session-memory.js';
import type { SessionMemory } from '../../workflows/contracts/sessions.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

// What gateway processes tell each other of sessions, through a real Postgres.

let template: TestDatabase;
beforeAll(async () => {
  template = await createTestDatabase();
});
afterAll(() => template?.drop());

interface Process {
  readonly sessions: SessionMemory;
  readonly errors: unknown[];
  readonly queries: () => number;
}

async function start(instanceId: string, isAway: () => boolean = () => false): Promise<Process> {
  const errors: unknown[] = [];
  let queries = 0;
  const onError = (error: unknown): void => void errors.push(error);
  const real = createDatabase({ url: template.url, connections: 1, onError });
  const query: Database['query'] = (asked) => {
    queries += 1;
    return isAway() ? Promise.reject(new Error('connect ECONNREFUSED')) : real.query(asked);
  };
  const notifications = createNotifications({ url: template.url, channels: [sessionsChannelName], onError });
  const listening = new Promise<void>((resolve) => notifications.on(sessionsChannelName, () => resolve()));
  const sessions = createSharedSessions({
    ...{ memory: createSessionMemory(), database: { ...real, query }, notifications, instanceId, onError },
  });
  onTestFinished(async () => {
    await notifications.close();
    await real.close();
  });
  await listening;
  return { sessions, errors, queries: () => queries };
}

const key = (name: string): string => sessionKey('proj_1', name);

it('is known to the others at once, and the last that any of them tells counts', async () => {
  const [a, b] = [await start('a1'), await start('b1')];
  a.sessions.note(key('one'), { model: 'maker/first', textBytes: 10 });
  expect(a.sessions.recall(key('one'))).toEqual({ model: 'maker/first', textBytes: 10 });
  await expect.poll(() => b.sessions.recall(key('one'))).toEqual({ model: 'maker/first', textBytes: 10 });
  b.sessions.note(key('one'), { model: 'maker/second', textBytes: 20 });
  await expect.poll(() => a.sessions.recall(key('one'))).toEqual({ model: 'maker/second', textBytes: 20 });
  expect([...a.errors, ...b.errors]).toEqual([]);
});

it('of many sessions is told together', async () => {
  const [a, b] = [await start('a2'), await start('b2')];
  const names = Array.from({ length: 500 }, (_, index) => key(`many ${index}`));
  for (const [index, name] of names.entries()) a.sessions.note(name, { model: 'm'.repeat(128), textBytes: index });
  await expect.poll(() => names.every((name, index) => b.sessions.recall(name)?.textBytes === index)).toBe(true);
  // The first at once, and all others by the next.
  expect(a.queries()).toBe(2);
});

it('is this process’s own as long as the database is away', async () => {
  let isAway = true;
  const [a, b] = [await start('a3', () => isAway), await start('b3')];
  a.sessions.note(key('lost'), { model: 'maker/first', textBytes: 1 });
  await expect.poll(() => a.errors.length).toBe(1);
  expect(a.sessions.recall(key('lost'))?.model).toBe('maker/first');
  isAway = false;
  a.sessions.note(key('told'), { model: 'maker/second', textBytes: 2 });
  await expect.poll(() => b.sessions.recall(key('told'))?.model).toBe('maker/second');
  expect(b.sessions.recall(key('lost'))).toBeUndefined();
});
