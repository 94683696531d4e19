import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Blobs } from '../../activities/objects/blobs.js';
import { createDirectoryBlobs } from '../../activities/objects/directory-blobs.js';
import { createS3Blobs } from '../../activities/objects/s3-blobs.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { findS3Server, openS3Client, type S3Server, startS3Server } from '../support/s3-server.js';
import { createTestFolder } from '../support/services.js';

// What every place for blobs must do, and then what is each one's own.

const jar = await findS3Server();
const mebibyte = 1024 * 1024;

let directory: string;
let server: S3Server;
const places = new Map<string, Blobs>();
beforeAll(async () => {
  directory = await createTestFolder();
  places.set('a directory', createDirectoryBlobs(directory));
  if (jar === undefined) return;
  server = await startS3Server(jar, { home: await createTestFolder() });
  places.set('S3', createS3Blobs({ ...server, prefix: 'some/folder' }));
}, 240_000);
afterAll(() => server?.close());

let count = 0;
const newName = (): string => `org_1/blob-${(count += 1)}`;
async function* inPieces(bytes: Buffer, size = 100_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function* breaking(bytes: Buffer, error: Error): AsyncGenerator<Buffer> {
  yield* inPieces(bytes);
  throw error;
}
async function readWhole(pieces: AsyncIterable<Uint8Array> | undefined): Promise<Buffer | undefined> {
  if (!pieces) return undefined;
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

describe.each(['a directory', ...(jar === undefined ? [] : ['S3'])])('blobs in %s', (place) => {
  const blobs = (): Blobs => places.get(place)!;

  it.each([1, 65_536, 8 * mebibyte, 20 * mebibyte + 1])('are read as they were put: %i bytes', async (size) => {
    const [name, bytes] = [newName(), randomBytes(size)];
    await blobs().put(name, inPieces(bytes));
    expect((await readWhole(await blobs().read(name)))?.equals(bytes)).toBe(true);
  });

  it.each([
    [0, 0],
    [5, 99_999],
    [mebibyte - 1, mebibyte - 1],
  ])('are read from byte %i to byte %i', async (start, end) => {
    const [name, bytes] = [newName(), randomBytes(mebibyte)];
    await blobs().put(name, inPieces(bytes));
    const read = await readWhole(await blobs().read(name, { start, end }));
    expect(read?.equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  it('are not there before they are put, nor after they are erased', async () => {
    const name = newName();
    expect(await blobs().read(name)).toBeUndefined();
    await blobs().put(name, inPieces(Buffer.from('a')));
    await blobs().erase(name);
    expect(await blobs().read(name)).toBeUndefined();
    await blobs().erase(name);
  });

  it.each([10, 20 * mebibyte])('are not there where their source breaks after %i bytes', async (size) => {
    const name = newName();
    const error = refuse('file_too_large');
    // The very error: whoever gives the bytes says by it what is wrong.
    await expect(blobs().put(name, breaking(randomBytes(size), error))).rejects.toBe(error);
    expect(await blobs().read(name)).toBeUndefined();
  });

  it.each(['', '/a', 'a/', '../a', 'a/../b', 'a//b', 'a.part', 'a\0b', 'a/./b'])('have no name %j', async (name) => {
    await expect(blobs().put(name, inPieces(Buffer.from('a')))).rejects.toThrow('not the name of a blob');
    await expect(Promise.resolve().then(() => blobs().read(name))).rejects.toThrow('not the name of a blob');
  });

  it('are read to their end by whoever has begun, whatever becomes of them', async () => {
    const [name, bytes] = [newName(), randomBytes(mebibyte)];
    await blobs().put(name, inPieces(bytes));
    const pieces = await blobs().read(name);
    await blobs().erase(name);
    expect((await readWhole(pieces))?.equals(bytes)).toBe(true);
  });
});

describe('a directory', () => {
  it('has nothing but whole blobs, and erases what a writer that died has left', async () => {
    const blobs = places.get('a directory')!;
    const name = newName();
    await blobs.put(name, inPieces(Buffer.from('a')));
    await writeFile(join(directory, `${name}.part`), 'half');
    await blobs.erase(name);
    const left = await readdir(join(directory, 'org_1'));
    expect(left.filter((file) => file.startsWith(name.slice(6)) || file.endsWith('.part'))).toEqual([]);
  });

  it('that is not there as a whole is away: a volume that is not mounted says nothing of its blobs', async () => {
    const away = createDirectoryBlobs(join(directory, 'not-mounted'));
    await expect(away.read('org_1/a')).rejects.toMatchObject({ refusal: { code: 'unavailable', retryAfterMs: 2_000 } });
  });

  it('has no URLs of its own', async () => {
    expect(await places.get('a directory')!.signedUrl(newName(), 60)).toBeUndefined();
  });
});

describe.skipIf(jar === undefined)('S3', () => {
  it('erases what a writer that died has left of an upload in parts', async () => {
    const client = openS3Client(server);
    const name = newName();
    const blob = { Bucket: server.bucket, Key: `some/folder/${name}` };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(blob));
    await client.send(new UploadPartCommand({ ...blob, UploadId, PartNumber: 1, Body: randomBytes(5 * mebibyte) }));
    const openUploads = async () =>
      (await client.send(new ListMultipartUploadsCommand({ Bucket: server.bucket }))).Uploads ?? [];
    expect((await openUploads()).map(({ Key }) => Key)).toContain(blob.Key);
    await places.get('S3')!.erase(name);
    expect(await openUploads()).toEqual([]);
    client.destroy();
  });

  it('gives a URL by which anybody may read for its time', async () => {
    const blobs = places.get('S3')!;
    const name = newName();
    await blobs.put(name, inPieces(Buffer.from('hello')), 'text/plain');
    const url = (await blobs.signedUrl(name, 60))!;
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([200, 'hello']);
    expect(response.headers.get('content-disposition')).toBe('attachment');
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect((await fetch(url.replace(name, newName()))).status).toBe(403);
    expect((await fetch(`${server.endpoint}/${server.bucket}/some/folder/${name}`)).status).toBe(403);
  });

  it('that is away is told as such, and a bucket that is not there as a fault', async () => {
    const away = createS3Blobs({ ...server, endpoint: 'http://127.0.0.1:9' });
    await expect(away.read('a')).rejects.toMatchObject({ refusal: { code: 'unavailable' } });
    const nowhere = createS3Blobs({ ...server, bucket: 'no-such-bucket' });
    await expect(nowhere.put('a', inPieces(Buffer.from('a')))).rejects.toThrow();
    await expect(nowhere.read('a')).rejects.toThrow();
  });
});
