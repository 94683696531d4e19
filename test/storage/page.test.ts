import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { readPage } from '../../activities/storage/page.js';
import type { PageQuery } from '../../workflows/contracts/access.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

describe('a page', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = createDatabase({ url: test.url, connections: 2, onError: () => {} });
    await database.query({
      text: 'CREATE TABLE things (id text, owner text, created_at timestamptz, removed_at timestamptz)',
    });
    // `b` and `c` are of one moment, and all but `e` of one millisecond.
    await database.query({
      text: `INSERT INTO things (id, owner, created_at) VALUES
               ('d', 'us', '2026-01-01 00:00:00.000001Z'), ('c', 'us', '2026-01-01 00:00:00.000002Z'),
               ('b', 'us', '2026-01-01 00:00:00.000002Z'), ('gone', 'us', '2026-01-01 00:00:00.000003Z'),
               ('a', 'us', '2026-01-01 00:00:00.000004Z'), ('e', 'us', '2026-01-02 00:00:00Z'),
               ('theirs', 'them', '2026-01-01 00:00:00.000003Z')`,
    });
    await database.query({ text: `UPDATE things SET removed_at = now() WHERE id = 'gone'` });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  const rows = 'SELECT id, created_at FROM things WHERE owner = $1';
  const page = async (query: Partial<PageQuery>) => {
    const list = {
      rows: { text: `${rows} AND removed_at IS NULL`, values: ['us'] },
      cursors: { text: rows, values: ['us'] },
      toItem: ({ id }: { readonly id: string }) => id,
    };
    const { data, hasMore } = await readPage(database, list, { limit: 10, order: 'asc', ...query });
    return `${data.join('')}${hasMore ? '…' : ''}`;
  };

  it('is in the order of creation, or against it', async () => {
    expect(await page({})).toBe('dbcae');
    expect(await page({ order: 'desc' })).toBe('eacbd');
  });

  it('says whether there is more', async () => {
    expect(await page({ limit: 4 })).toBe('dbca…');
    expect(await page({ limit: 5 })).toBe('dbcae');
  });

  it.each(['asc', 'desc'] as const)('follows the one before it, one by one, %s', async (order) => {
    const whole = await page({ order });
    let walked = '';
    while (walked.length <= whole.length) {
      const slice = await page({ order, limit: 1, ...(walked && { after: walked.at(-1) }) });
      walked += slice.charAt(0);
      if (!slice.endsWith('…')) break;
    }
    expect(walked).toBe(whole);
  });

  it('before an object is the one that ends next to it', async () => {
    expect(await page({ before: 'a', limit: 2 })).toBe('bc…');
    expect(await page({ before: 'a', limit: 3 })).toBe('dbc');
    expect(await page({ before: 'c', limit: 1, order: 'desc' })).toBe('a…');
    expect(await page({ after: 'd', before: 'e', limit: 2 })).toBe('bc…');
    expect(await page({ after: 'd', before: 'a' })).toBe('bc');
  });

  it('goes on from an object that was removed since', async () => {
    expect(await page({ after: 'gone' })).toBe('ae');
    expect(await page({ before: 'gone' })).toBe('dbc');
  });

  it.each(['after', 'before'])('has no unknown cursor in %s, nor one of another owner', async (param) => {
    for (const id of ['nothing', 'theirs']) {
      await expect(page({ [param]: id })).rejects.toMatchObject({ refusal: { code: 'invalid_request', param } });
    }
  });
});
