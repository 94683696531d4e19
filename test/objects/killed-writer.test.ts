import { type ChildProcess, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ListMultipartUploadsCommand, ListObjectsV2Command, ListPartsCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { createTestFolder } from '../support/services.js';
import { openS3Client, type S3Server } from '../support/s3-server.js';
import type { StoreBytes } from './store-bytes.js';
import { places, useObjects } from './objects-world.js';

// A process that is killed while it stores leaves bytes that nobody would ever find again; the sweeper finds them by the row.

const script = fileURLToPath(new URL('./store-bytes.ts', import.meta.url));

let writer: ChildProcess | undefined;
afterEach(() => void writer?.kill('SIGKILL'));

async function startWriter(setup: Omit<StoreBytes, 'epochFolder'>): Promise<ChildProcess> {
  const argument = JSON.stringify({ ...setup, epochFolder: await createTestFolder() } satisfies StoreBytes);
  writer = spawn(process.execPath, ['--import', 'tsx', script, argument], { stdio: 'ignore' });
  return writer;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** What a bucket has, uploads that nobody finished included, with the number of their parts. */
async function inBucket(server: S3Server): Promise<{ readonly objects: number; readonly parts: readonly number[] }> {
  const client = openS3Client(server);
  const { bucket: Bucket } = server;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  const parts = await Promise.all(
    Uploads.map(({ Key, UploadId }) => client.send(new ListPartsCommand({ Bucket, Key, UploadId }))),
  );
  client.destroy();
  return { objects: Contents.length, parts: parts.map(({ Parts = [] }) => Parts.length) };
}

describe('a writer that is killed', () => {
  const world = useObjects('a directory');

  it('leaves nothing in a directory that is not swept', async () => {
    const child = await startWriter({ databaseUrl: world.databaseUrl, place: world.folder });
    await until('the draft', async () => {
      const files = await filesBelow(world.folder);
      return files.some((name) => name.endsWith('.part')) ? true : { pending: files.join() };
    });
    const [row] = await world.rows();
    // It lives: it is left alone.
    expect(await world.sweep()).toBe(0);
    await kill(child);
    expect(await filesBelow(world.folder)).toEqual([`${row?.id}.part`]);
    await world.age('lease_until', row?.id ?? '');
    expect(await world.sweep()).toBe(1);
    expect(await filesBelow(world.folder)).toEqual([]);
    expect(await world.rows()).toMatchObject([{ state: 'destroyed', wrapped_key: null }]);
  });
});

describe.skipIf(!places.includes('S3'))('a writer that is killed in the middle of an upload in parts', () => {
  const world = useObjects('S3');

  it('leaves nothing in S3 that is not swept', async () => {
    const server = world.server!;
    const child = await startWriter({ databaseUrl: world.databaseUrl, place: server });
    await until('two parts', async () => {
      const { parts } = await inBucket(server);
      return (parts[0] ?? 0) >= 2 ? true : { pending: parts.join() };
    });
    await kill(child);
    const [row] = await world.rows();
    await world.age('lease_until', row?.id ?? '');
    expect((await inBucket(server)).parts).toHaveLength(1);
    expect(await world.sweep()).toBe(1);
    expect(await inBucket(server)).toEqual({ objects: 0, parts: [] });
    expect(world.errors).toEqual([]);
  });
});
