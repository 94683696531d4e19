import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newKey, seal, unseal } from '../storage/cipher.js';

const epochMs = 3_600_000;

/** Keys that wrap the keys of kept content, one for each hour in which content expires, destroyed when that hour is over. */
export interface EpochKeys {
  /** Wraps a content key under the epoch in which `expiresAtMs` lies. */
  wrap(
    contentKey: Buffer,
    requestId: string,
    expiresAtMs: number,
  ): Promise<{ readonly epoch: string; readonly wrapped: Buffer }>;
  /** @returns `undefined` once the epoch's key is destroyed. */
  unwrap(wrapped: Buffer, requestId: string, epoch: string): Promise<Buffer | undefined>;
  /** Destroys the keys of all epochs that are over at `nowMs`; what they wrapped can never be read again, from backups either. */
  destroyExpired(nowMs: number): Promise<readonly string[]>;
}

const contextOf = (epoch: string): string => `epoch ${epoch}`;

/**
 * Epoch keys as files outside Postgres, so that neither its write-ahead log nor a dump of it can open kept content, each
 * sealed under the master key, so that a copy of the directory cannot either.
 * Several gateway processes share them through a common directory.
 */
export function createFileEpochKeys(directory: string, masterKey: Buffer): EpochKeys {
  const pathOf = (epoch: string): string => join(directory, `${epoch}.key`);
  const cache = new Map<string, Buffer>();

  const read = async (epoch: string): Promise<Buffer | undefined> => {
    const known = cache.get(epoch);
    if (known) return known;
    try {
      const key = unseal(masterKey, contextOf(epoch), await readFile(pathOf(epoch)));
      cache.set(epoch, key);
      return key;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  const create = async (epoch: string): Promise<void> => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // Written under a name of its own and then linked: a process that dies in between leaves no half a key behind, and of
    // two that come at once the first one's stands.
    const draft = `${pathOf(epoch)}.${randomUUID()}`;
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.write(seal(masterKey, contextOf(epoch), newKey()));
        // A key lost in a power cut would lose every answer under it.
        await file.sync();
      } finally {
        await file.close();
      }
      await link(draft, pathOf(epoch));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(draft, { force: true });
    }
  };
  const readOrCreate = async (epoch: string): Promise<Buffer> => {
    const known = await read(epoch);
    if (known) return known;
    await create(epoch);
    const key = await read(epoch);
    if (!key) throw new Error(`epoch key ${epoch} cannot be read`);
    return key;
  };

  return {
    wrap: async (contentKey, requestId, expiresAtMs) => {
      const epoch = new Date(Math.ceil(expiresAtMs / epochMs) * epochMs).toISOString().slice(0, 13);
      return { epoch, wrapped: seal(await readOrCreate(epoch), requestId, contentKey) };
    },
    unwrap: async (wrapped, requestId, epoch) => {
      const key = await read(epoch);
      return key && unseal(key, requestId, wrapped);
    },
    destroyExpired: async (nowMs) => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const now = new Date(nowMs).toISOString().slice(0, 13);
      const over = (await readdir(directory)).filter((name) => name.endsWith('.key') && name.slice(0, -4) <= now);
      // Also where another process has destroyed the file: a key in memory is a key.
      for (const epoch of cache.keys()) if (epoch <= now) cache.delete(epoch);
      for (const name of over) await rm(join(directory, name), { force: true });
      return over.map((name) => name.slice(0, -4));
    },
  };
}
