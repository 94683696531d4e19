import { mkdir, open, readFile, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { newKey, seal, unseal } from './cipher.js';

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

/**
 * Epoch keys as files outside Postgres, so that neither its write-ahead log nor a dump of it can open kept content.
 * Several gateway processes share them through a common directory.
 */
export function createFileEpochKeys(directory: string): EpochKeys {
  const pathOf = (epoch: string): string => join(directory, `${epoch}.key`);
  const cache = new Map<string, Buffer>();

  const read = async (epoch: string): Promise<Buffer | undefined> => {
    const known = cache.get(epoch);
    if (known) return known;
    try {
      const key = await readFile(pathOf(epoch));
      // Shorter only while another process is between creating and writing it.
      if (key.length !== 32) return undefined;
      cache.set(epoch, key);
      return key;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  const create = async (epoch: string): Promise<void> => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    try {
      const file = await open(pathOf(epoch), 'wx', 0o600);
      try {
        await file.write(newKey());
        // A key lost in a power cut would lose every answer under it.
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  };
  const readOrCreate = async (epoch: string): Promise<Buffer> => {
    for (let tries = 0; tries < 50; tries++) {
      const key = await read(epoch);
      if (key) return key;
      await create(epoch);
    }
    throw new Error(`epoch key ${epoch} cannot be read`);
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
      for (const name of over) {
        cache.delete(name.slice(0, -4));
        await unlink(join(directory, name));
      }
      return over.map((name) => name.slice(0, -4));
    },
  };
}
