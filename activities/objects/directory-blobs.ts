import { createReadStream } from 'node:fs';
import { access, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { type Blobs, checkName } from './blobs.js';

/** What a network's file system, or a disk, answers while it is away. */
const AWAY_CODES: ReadonlySet<string> = new Set([
  ...['EIO', 'ESTALE', 'ENOTCONN', 'ETIMEDOUT', 'EHOSTDOWN', 'EHOSTUNREACH'],
]);
const retryAfterMs = 2_000;

/** Blobs as files of a directory, which several gateway processes may share. */
export function createDirectoryBlobs(directory: string): Blobs {
  const pathOf = (name: string): string => join(directory, checkName(name));
  // No name has a dot, so that it is nobody else's.
  const draftOf = (name: string): string => `${pathOf(name)}.part`;

  return {
    put: async (name, bytes) => {
      await mkdir(dirname(pathOf(name)), { recursive: true, mode: 0o700 });
      try {
        await writeWhole(draftOf(name), bytes);
        await rename(draftOf(name), pathOf(name));
        await syncFolder(dirname(pathOf(name)));
      } catch (error) {
        await rm(draftOf(name), { force: true });
        throw error;
      }
    },
    read: async (name, range) => {
      const file = await openToRead(directory, pathOf(name));
      // By the open file: one that is deleted from now on can still be read to its end.
      return file && createReadStream('', { fd: file, ...(range && { start: range.start, end: range.end }) });
    },
    erase: async (name) => {
      await rm(pathOf(name), { force: true });
      await rm(draftOf(name), { force: true });
    },
    signedUrl: () => Promise.resolve(undefined),
    close: () => {},
  };
}

async function writeWhole(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of bytes) await writeAll(file, piece);
    // What has been acknowledged is there after a power cut, too.
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let written = 0; written < piece.length;) {
    written += (await file.write(piece, written, piece.length - written)).bytesWritten;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function openToRead(directory: string, path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Where the whole directory is missing, a volume is not mounted: nothing can be said of the blob.
    if (code === 'ENOENT' && (await isThere(directory))) return undefined;
    if (code !== 'ENOENT' && !AWAY_CODES.has(code)) throw error;
    throw refuse('unavailable', 'The directory of objects cannot be read at the moment. Try again in a moment.', {
      retryAfterMs,
    });
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
