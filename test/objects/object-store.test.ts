import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { findInDatabase } from '../content/find-in-database.js';
import { file, inPieces, owner, places, readWhole, useObjects } from './objects-world.js';

// The chunk that the bytes are in has its head: without, they would be read as one, of a random length.
const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  Buffer.from('000186a049444154', 'hex'),
  randomBytes(100_000),
]);

describe.each(places)('objects in %s', (place) => {
  const world = useObjects(place);
  const put = (bytes: Buffer, more: Parameters<typeof file>[0] = {}) => world.store.put(file(more), inPieces(bytes));
  const filesLeft = async (): Promise<readonly string[]> => {
    if (!existsSync(world.folder)) return [];
    const entries = await readdir(world.folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  };

  it('are found and read as they were stored, whole and in part', async () => {
    const bytes = randomBytes(300_000);
    const stored = await put(bytes);
    expect(stored).toMatchObject({
      ...owner,
      ...{ kind: 'file', purpose: 'user_data', filename: 'notes.txt', bytes: 300_000 },
      ...{ mediaType: 'application/octet-stream', sha256: createHash('sha256').update(bytes).digest('hex') },
    });
    expect(stored.id).toMatch(/^file-[0-9a-f]{24}$/);
    expect(Date.parse(stored.expiresAt) - Date.parse(stored.createdAt)).toBeCloseTo(30 * 86_400_000, -4);
    expect(await world.store.find('proj_1', stored.id)).toEqual(stored);
    expect((await readWhole(await world.store.read(stored)))?.equals(bytes)).toBe(true);
    const part = await readWhole(await world.store.read(stored, { start: 65_530, end: 200_000 }));
    expect(part?.equals(bytes.subarray(65_530, 200_001))).toBe(true);
  });

  it.each(['sealed here', 'sealed by the server'])('are let go of by readers who never begin: %s', async (how) => {
    const store = how === 'sealed here' ? world.store : world.unsealed;
    const stored = await store.put(file(), inPieces(png));
    // More than the store's client has connections.
    for (let reader = 0; reader < 60; reader += 1) {
      Readable.from((await store.read(stored))!, { objectMode: false }).destroy();
    }
    expect((await readWhole(await store.read(stored)))?.equals(png)).toBe(true);
  });

  it('are read by many at once who take their time', async () => {
    const bytes = randomBytes(2_000_000);
    const stored = await world.store.put(file(), inPieces(bytes));
    const slow = await Promise.all(Array.from({ length: 120 }, async () => (await world.store.read(stored))!));
    const readers = slow.map((pieces) => pieces[Symbol.asyncIterator]());
    const begun = await Promise.all(readers.map((reader) => reader.next()));
    expect(begun.every(({ done }) => done !== true)).toBe(true);
    expect((await readWhole(await world.store.read(stored)))?.equals(bytes)).toBe(true);
    for (const reader of readers) await reader.return?.();
  });

  it('are known by their own bytes, whatever they are declared to be', async () => {
    expect((await put(png, { mediaType: 'text/plain' })).mediaType).toBe('image/png');
    expect((await put(Buffer.from('a,b'), { mediaType: 'text/csv' })).mediaType).toBe('text/csv');
  });

  it('belong to their project', async () => {
    const stored = await put(Buffer.from('mine'));
    expect(await world.store.find('proj_2', stored.id)).toBeUndefined();
    expect(await world.store.read({ ...stored, projectId: 'proj_2' })).toBeUndefined();
    expect(await world.store.destroy('proj_2', stored.id)).toBe(false);
    expect(await world.store.find('proj_1', stored.id)).toEqual(stored);
  });

  it('lie below their organisation, and tell nobody who has a copy anything', async () => {
    const canary = `canary-${randomBytes(9).toString('hex')}`;
    const stored = await put(Buffer.from(canary), { filename: `${canary}.txt`, mediaType: 'text/plain' });
    expect(await readdir(join(world.folder, 'org_1'))).toContain(stored.id);
    expect((await readFile(join(world.folder, 'org_1', stored.id))).includes(canary)).toBe(false);
    expect(await findInDatabase(world.database, canary)).toEqual([]);
    expect(await findInDatabase(world.database, stored.sha256)).toEqual([]);
  });

  it('cannot be read any more once the key of their hour is destroyed', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const stored = await put(Buffer.from('secret'), { expiresAt });
    expect(stored.expiresAt).toBe(expiresAt);
    await world.epochKeys.destroyExpired(Date.now() + 3 * 3_600_000);
    expect(await world.store.find('proj_1', stored.id)).toBeUndefined();
    expect(await world.store.read(stored)).toBeUndefined();
    expect((await world.store.list('proj_1', { limit: 100, order: 'asc' })).data).not.toContainEqual(stored);
  });

  it.each([
    ['empty', Buffer.alloc(0), {}, 'empty_file'],
    ['larger than allowed', randomBytes(200_000), { maxBytes: 199_999 }, 'file_too_large'],
  ])('that are %s are refused, and nothing of them is left', async (_name, bytes, more, code) => {
    const before = await filesLeft();
    await expect(put(bytes, more)).rejects.toMatchObject({ refusal: { code } });
    expect(await filesLeft()).toEqual(before);
    expect((await world.rows()).filter(({ state }) => state === 'writing')).toEqual([]);
  });

  it('of which exactly as much comes as is allowed are stored', async () => {
    expect((await put(randomBytes(200_000), { maxBytes: 200_000 })).bytes).toBe(200_000);
  });

  it('are not there where what is said at their end refuses them', async () => {
    const before = await filesLeft();
    const refusal = refuse('invalid_request', 'no', { param: 'purpose' });
    const putting = world.store.put(file(), inPieces(randomBytes(100_000)), () => Promise.reject(refusal));
    await expect(putting).rejects.toBe(refusal);
    expect(await filesLeft()).toEqual(before);
  });

  it('get what is said of them at their end', async () => {
    const expiresAt = new Date(Date.now() + 7_200_000).toISOString();
    const seen: unknown[] = [];
    const stored = await world.store.put(file(), inPieces(png), (read) => {
      seen.push(read);
      return Promise.resolve({ purpose: 'vision', expiresAt });
    });
    expect(stored).toMatchObject({ purpose: 'vision', expiresAt, filename: 'notes.txt' });
    expect(seen).toEqual([{ bytes: png.length, sha256: stored.sha256, sniffedType: 'image/png' }]);
  });

  it('are stored once for each output of a request, however often its step runs', async () => {
    const output = file({ kind: 'output', requestId: 'req_1', position: 0 });
    const first = await world.store.put(output, inPieces(Buffer.from('one')));
    expect(first.id).toMatch(/^obj_/);
    const again = await world.store.put(output, inPieces(Buffer.from('two')));
    expect(again).toEqual(first);
    const other = await world.store.put({ ...output, position: 1 }, inPieces(Buffer.from('two')));
    expect(other.id).not.toBe(first.id);
  });

  it('are stored once where two tries of a step run side by side', async () => {
    const output = file({ kind: 'output', requestId: 'req_2', position: 0 });
    const tries = await Promise.all(['a', 'b'].map((text) => world.store.put(output, inPieces(Buffer.from(text)))));
    expect(tries[0]).toEqual(tries[1]);
    const ready = (await world.rows()).filter(({ id, state }) => id === tries[0]?.id && state === 'ready');
    expect(ready).toHaveLength(1);
  });

  it('that are destroyed are gone at once, key and bytes', async () => {
    const stored = await put(randomBytes(1_000));
    expect(await world.store.destroy('proj_1', stored.id)).toBe(true);
    expect(await world.store.find('proj_1', stored.id)).toBeUndefined();
    expect(await world.store.read(stored)).toBeUndefined();
    expect(await filesLeft()).not.toContain(stored.id);
    const row = (await world.rows()).find(({ id }) => id === stored.id);
    expect(row).toMatchObject({ state: 'destroyed', wrapped_key: null });
    expect(await world.store.destroy('proj_1', stored.id)).toBe(false);
  });

  it('are kept for as long as their project says, where it does', async () => {
    const retain = (ms: number | null) =>
      world.database.query({
        text: `UPDATE tenancy.projects SET output_retention_ms = $1 WHERE id = 'proj_1'`,
        values: [ms],
      });
    const secondsOf = ({ createdAt, expiresAt }: { readonly createdAt: string; readonly expiresAt: string }) =>
      (Date.parse(expiresAt) - Date.parse(createdAt)) / 1_000;
    const putOutput = () => put(randomBytes(100), { kind: 'output' });
    const usual = await putOutput();
    expect(secondsOf(usual)).toBeCloseTo(86_400, -1);
    await retain(3_600_000);
    expect(secondsOf(await putOutput())).toBeCloseTo(3_600, -1);
    expect(secondsOf((await world.store.find('proj_1', usual.id))!)).toBe(3_600);
    await retain(null);
    expect(secondsOf((await world.store.find('proj_1', usual.id))!)).toBe(3_600);
  });

  it('are swept when their time is over, their row an hour later', async () => {
    const stored = await put(randomBytes(1_000));
    await world.sweep();
    expect(await world.store.find('proj_1', stored.id)).toEqual(stored);
    await world.age('expires_at', stored.id);
    expect(await world.store.find('proj_1', stored.id)).toBeUndefined();
    expect(await world.sweep()).toBe(1);
    expect(await filesLeft()).not.toContain(stored.id);
    expect((await world.rows()).map(({ id }) => id)).toContain(stored.id);
    await world.age('erased_at', stored.id);
    expect(await world.sweep()).toBe(1);
    expect((await world.rows()).map(({ id }) => id)).not.toContain(stored.id);
    expect(world.errors).toEqual([]);
  });

  it('whose writer was taken for dead are not stored after all', async () => {
    const before = await filesLeft();
    const putting = world.store.put(file(), inPieces(randomBytes(1_000)), async () => {
      const [row] = (await world.rows()).filter(({ state }) => state === 'writing');
      await world.age('lease_until', row!.id);
      expect(await world.sweep()).toBe(1);
      return {};
    });
    await expect(putting).rejects.toMatchObject({ refusal: { code: 'unavailable' } });
    expect(await filesLeft()).toEqual(before);
  });

  it('are listed by pages, newest or oldest first, of a project and a purpose', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push((await put(Buffer.from('x'), { purpose: 'evals' })).id);
    const list = async (more: object) => {
      const query = { purpose: 'evals', limit: 2, order: 'asc', ...more } as const;
      const page = await world.store.list('proj_1', query);
      return [page.data.map(({ id }) => id), page.hasMore];
    };
    expect(await list({})).toEqual([ids.slice(0, 2), true]);
    await world.store.destroy('proj_1', ids[1]!);
    expect(await list({ after: ids[1] })).toEqual([ids.slice(2, 4), true]);
    expect(await list({ order: 'desc' })).toEqual([[ids[4], ids[3]], true]);
    expect(await world.store.list('proj_2', { limit: 10, order: 'asc' })).toEqual({ data: [], hasMore: false });
    await expect(list({ after: 'file-none' })).rejects.toMatchObject({ refusal: { code: 'invalid_request' } });
  });

  it('have URLs that no later than they themselves are at their end', async () => {
    const stored = await put(Buffer.from('x'), { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    const url = new URL(await world.store.signedUrl(stored, 3_600));
    expect(url.href.startsWith(`http://gateway.test/v1/objects/${stored.id}/content?`)).toBe(true);
    expect(Number(url.searchParams.get('expires'))).toBe(Math.floor(Date.parse(stored.expiresAt) / 1_000));
  });
});

describe.skipIf(!places.includes('S3'))('objects that S3 seals itself', () => {
  const world = useObjects('S3');

  it("are given by S3's own URLs", async () => {
    const stored = await world.unsealed.put(file({ mediaType: 'text/plain' }), inPieces(Buffer.from('hello')));
    const response = await fetch(await world.unsealed.signedUrl(stored, 60));
    expect([await response.text(), response.headers.get('content-type')]).toEqual(['hello', 'text/plain']);
    expect((await readWhole(await world.unsealed.read(stored, { start: 1, end: 2 })))?.toString()).toBe('el');
  });

  it('are read as they were stored, whatever is set later', async () => {
    const before = await world.store.put(file(), inPieces(Buffer.from('sealed')));
    expect((await readWhole(await world.unsealed.read(before)))?.toString()).toBe('sealed');
    expect(await world.unsealed.signedUrl(before, 60)).toContain('/v1/objects/');
  });
});
