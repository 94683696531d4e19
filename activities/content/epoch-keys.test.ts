import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newKey } from '../storage/cipher.js';
import { createFileEpochKeys } from './epoch-keys.js';

const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`);

const masterKey = newKey();

describe('epoch keys', () => {
  let parent: string;
  let directory: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'sluice-epoch-keys-'));
    directory = join(parent, 'keys');
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('wrap a content key so that another process with the same directory unwraps it', async () => {
    const contentKey = newKey();
    const { epoch, wrapped } = await createFileEpochKeys(directory, masterKey).wrap(
      contentKey,
      'req_1',
      at('10:20:00'),
    );
    expect(epoch).toBe('2026-03-01T11');
    expect(wrapped.includes(contentKey)).toBe(false);
    expect(await createFileEpochKeys(directory, masterKey).unwrap(wrapped, 'req_1', epoch)).toEqual(contentKey);
  });

  it('outlive what they wrap: content of the full hour belongs to the epoch that ends then', async () => {
    const keys = createFileEpochKeys(directory, masterKey);
    expect((await keys.wrap(newKey(), 'req_1', at('11:00:00'))).epoch).toBe('2026-03-01T11');
    expect((await keys.wrap(newKey(), 'req_1', at('11:00:00.001'))).epoch).toBe('2026-03-01T12');
    expect(await keys.destroyExpired(at('10:59:59.999'))).toEqual([]);
    expect(await keys.destroyExpired(at('11:00:00'))).toEqual(['2026-03-01T11']);
  });

  it('do not unwrap what was wrapped for another request or changed', async () => {
    const keys = createFileEpochKeys(directory, masterKey);
    const { epoch, wrapped } = await keys.wrap(newKey(), 'req_1', at('10:20:00'));
    await expect(keys.unwrap(wrapped, 'req_2', epoch)).rejects.toThrow();
    wrapped[20] = (wrapped[20] ?? 0) ^ 1;
    await expect(keys.unwrap(wrapped, 'req_1', epoch)).rejects.toThrow();
  });

  it('once destroyed unwrap nothing, in the process that destroyed them and in a new one', async () => {
    const keys = createFileEpochKeys(directory, masterKey);
    const { epoch, wrapped } = await keys.wrap(newKey(), 'req_1', at('10:20:00'));
    const later = await keys.wrap(newKey(), 'req_2', at('11:20:00'));
    expect(await keys.destroyExpired(at('11:30:00'))).toEqual([epoch]);
    for (const process of [keys, createFileEpochKeys(directory, masterKey)]) {
      expect(await process.unwrap(wrapped, 'req_1', epoch)).toBeUndefined();
      expect(await process.unwrap(later.wrapped, 'req_2', later.epoch)).toBeDefined();
    }
    expect(await readdir(directory)).toEqual([`${later.epoch}.key`]);
  });

  it('are forgotten by a process that had read them, though another destroyed the files', async () => {
    const [one, other] = [createFileEpochKeys(directory, masterKey), createFileEpochKeys(directory, masterKey)];
    const { epoch, wrapped } = await one.wrap(newKey(), 'req_1', at('10:20:00'));
    expect(await other.unwrap(wrapped, 'req_1', epoch)).toBeDefined();
    await one.destroyExpired(at('11:00:00'));
    await other.destroyExpired(at('11:00:00'));
    expect(await other.unwrap(wrapped, 'req_1', epoch)).toBeUndefined();
  });

  it('are destroyed by several processes at once without either failing', async () => {
    const processes = Array.from({ length: 4 }, () => createFileEpochKeys(directory, masterKey));
    for (let hour = 10; hour < 22; hour++) await processes[0]?.wrap(newKey(), 'req_1', at(`${hour}:20:00`));
    await Promise.all(processes.map((keys) => keys.destroyExpired(at('23:59:00'))));
    expect(await readdir(directory)).toEqual([]);
  });

  it('are one where several processes make the same epoch at once', async () => {
    const contentKey = newKey();
    const processes = Array.from({ length: 8 }, () => createFileEpochKeys(directory, masterKey));
    const wraps = await Promise.all(processes.map((keys) => keys.wrap(contentKey, 'req_1', at('10:20:00'))));
    const reader = createFileEpochKeys(directory, masterKey);
    for (const { epoch, wrapped } of wraps) expect(await reader.unwrap(wrapped, 'req_1', epoch)).toEqual(contentKey);
    expect(await readdir(directory)).toEqual(['2026-03-01T11.key']);
  });

  it('are whole or not there, also where a process died while it made one', async () => {
    const keys = createFileEpochKeys(directory, masterKey);
    await keys.wrap(newKey(), 'req_1', at('09:20:00'));
    // What a death before the link leaves.
    await writeFile(join(directory, '2026-03-01T11.key.draft'), '');
    const { epoch, wrapped } = await keys.wrap(newKey(), 'req_1', at('10:20:00'));
    expect(await createFileEpochKeys(directory, masterKey).unwrap(wrapped, 'req_1', epoch)).toBeDefined();
    expect(await readFile(join(directory, `${epoch}.key`))).toHaveLength(12 + 16 + 32);
  });

  it.skipIf(process.platform === 'win32')('are for their owner only', async () => {
    await createFileEpochKeys(directory, masterKey).wrap(newKey(), 'req_1', at('10:20:00'));
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, '2026-03-01T11.key'))).mode & 0o777).toBe(0o600);
  });
});
