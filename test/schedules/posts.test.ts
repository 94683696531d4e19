import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPost, type PostRow, rewrapPosts, sealPost } from '../../activities/schedules/schedule-posts.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { type MasterKeys, toMasterKey } from '../../activities/storage/envelope.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

// What schedules post, when the operator's master key becomes another.

const [before, now] = [toMasterKey(Buffer.alloc(32, 1)), toMasterKey(Buffer.alloc(32, 2))];
const CONTENT = { headers: { 'anthropic-version': '2023-06-01' }, body: '{"model":"sandbox/echo"}' };

let test: TestDatabase;
let database: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  database = createDatabase({ url: test.url, connections: 2, onError: () => {} });
  for (const text of [
    `INSERT INTO tenancy.organizations (id, name) VALUES ('org_1', 'One')`,
    `INSERT INTO tenancy.projects (id, organization_id, name) VALUES ('proj_1', 'org_1', 'One')`,
  ])
    await database.query({ text });
});
afterAll(async () => {
  await database?.close();
  await test?.drop();
});

async function insert(id: string, masterKeys: MasterKeys): Promise<void> {
  const { secret, wrappedKey, masterKeyId } = sealPost(masterKeys, { id, project_id: 'proj_1' }, CONTENT);
  await database.query({
    text: `INSERT INTO jobs.schedules (id, organization_id, project_id, key_id, path, post, wrapped_key, master_key_id, times,
             overlap, metadata)
           VALUES ($1, 'org_1', 'proj_1', 'key_1', '/v1/chat/completions', $2, $3, $4, '{}', 'skip', '{}')`,
    values: [id, secret, wrappedKey, masterKeyId],
  });
}

const find = async (id: string): Promise<PostRow> => {
  const text = 'SELECT id, project_id, post, wrapped_key, master_key_id FROM jobs.schedules WHERE id = $1';
  const [row] = await database.query<PostRow & Record<string, unknown>>({ text, values: [id] });
  return row!;
};

it('are sealed anew for the new one, and only where they need it; what was changed by hand stays and stops nothing', async () => {
  await insert('sched_old', [before]);
  await insert('sched_older', [before]);
  await insert('sched_broken', [before]);
  await insert('sched_new', [now]);
  await database.query({ text: `UPDATE jobs.schedules SET wrapped_key = '\\x00' WHERE id = 'sched_broken'` });
  const untouched = await find('sched_new');
  const { post } = await find('sched_old');

  // With one key alone there is nothing of before.
  expect(await rewrapPosts(database, [now])).toBe(0);
  expect(await rewrapPosts(database, [now, before])).toBe(2);
  expect(await rewrapPosts(database, [now, before])).toBe(0);

  for (const id of ['sched_old', 'sched_older', 'sched_new']) {
    const row = await find(id);
    expect(row.master_key_id).toBe(now.id);
    expect(openPost([now], row)).toEqual(CONTENT);
    expect(() => openPost([before], row)).toThrow('master key');
  }
  // Only the wrap of the key is made anew.
  expect((await find('sched_old')).post).toEqual(post);
  expect(await find('sched_new')).toEqual(untouched);
  expect(await find('sched_broken')).toMatchObject({ master_key_id: before.id });
});

it('of one schedule are of no other', async () => {
  await insert('sched_here', [now]);
  const row = await find('sched_here');
  expect(() => openPost([now], { ...row, id: 'sched_there' })).toThrow();
});
