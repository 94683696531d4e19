import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createFileEpochKeys, type EpochKeys } from '../../activities/content/epoch-keys.js';
import type { Blobs } from '../../activities/objects/blobs.js';
import { createDirectoryBlobs } from '../../activities/objects/directory-blobs.js';
import { createObjectStore } from '../../activities/objects/object-store.js';
import { createS3Blobs } from '../../activities/objects/s3-blobs.js';
import { sweepObjects } from '../../activities/objects/sweep-objects.js';
import { createUploads } from '../../activities/objects/uploads.js';
import { createUrlSignatures } from '../../activities/objects/url-signatures.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import type { NewObject, ObjectStore, Uploads } from '../../workflows/contracts/objects.js';
import { createTestDatabase, createTestFolder, type TestDatabase } from '../support/services.js';
import { findS3Server, type S3Server, startS3Server } from '../support/s3-server.js';

export const jar = await findS3Server();
/** Where the tests keep objects. */
export const places: readonly Place[] = ['a directory', ...(jar === undefined ? [] : (['S3'] as const))];
export type Place = 'a directory' | 'S3';

export interface ObjectsWorld {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly blobs: Blobs;
  readonly store: ObjectStore;
  /** As `store`, but sealed by the server. */
  readonly unsealed: ObjectStore;
  readonly uploads: Uploads;
  /** Where all bytes lie, as a path. */
  readonly folder: string;
  readonly epochKeys: EpochKeys;
  readonly errors: unknown[];
  readonly server: S3Server | undefined;
  sweep(): Promise<number>;
  /** Makes an hour pass for this object, as far as the sweeper can tell. */
  age(column: 'expires_at' | 'lease_until' | 'erased_at', id: string): Promise<void>;
  rows(): Promise<readonly { readonly id: string; readonly state: string; readonly wrapped_key: Buffer | null }[]>;
}

/** A store on a database of its own, for all tests of a block. */
export function useObjects(place: Place): ObjectsWorld {
  let parts: Omit<ObjectsWorld, 'sweep' | 'age' | 'rows'>;
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
    parts = await openParts(place, test.url);
  }, 240_000);
  afterAll(async () => {
    parts?.blobs.close();
    await parts?.database.close();
    await parts?.server?.close();
    await test?.drop();
  });
  const actions: Pick<ObjectsWorld, 'sweep' | 'age' | 'rows'> = {
    sweep: () =>
      sweepObjects({ database: parts.database, blobs: parts.blobs, onError: (error) => parts.errors.push(error) }),
    age: async (column, id) => {
      const text = `UPDATE objects.objects SET ${column} = now() - interval '61 minutes' WHERE id = $1`;
      await parts.database.query({ text, values: [id] });
    },
    rows: () =>
      parts.database.query({ text: 'SELECT id, state, wrapped_key FROM objects.objects ORDER BY created_at' }),
  };
  return new Proxy(actions as ObjectsWorld, {
    get: (target, name) => Reflect.get(Object.hasOwn(target, name) ? target : parts, name) as unknown,
  });
}

async function openParts(place: Place, databaseUrl: string): Promise<Omit<ObjectsWorld, 'sweep' | 'age' | 'rows'>> {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const database = createDatabase({ url: databaseUrl, connections: 4, onError });
  await fill(database);
  const home = await createTestFolder();
  const server =
    place === 'S3' && jar !== undefined ? await startS3Server(jar, { home: await createTestFolder() }) : undefined;
  const folder = server?.folder ?? join(home, 'objects');
  const blobs = server ? createS3Blobs(server) : createDirectoryBlobs(folder);
  const epochKeys = createFileEpochKeys(join(home, 'epoch-keys'), randomBytes(32));
  const retention = { fileMs: 30 * 86_400_000, outputMs: 86_400_000 };
  const deps = {
    ...{ database, blobs, epochKeys, retention, onError },
    signatures: createUrlSignatures(randomBytes(32)),
    gatewayUrl: () => 'http://gateway.test',
  };
  const store = createObjectStore({ ...deps, sealed: true });
  const unsealed = createObjectStore({ ...deps, sealed: false });
  const uploads = createUploads({ database, epochKeys, objects: store });
  return { database, databaseUrl, blobs, store, unsealed, uploads, folder, epochKeys, errors, server };
}

async function fill(database: Database): Promise<void> {
  for (const text of [
    `INSERT INTO tenancy.organizations (id, name) VALUES ('org_1', 'One'), ('org_2', 'Two')`,
    `INSERT INTO tenancy.projects (id, organization_id, name) VALUES ('proj_1', 'org_1', 'One'), ('proj_2', 'org_2', 'Two')`,
  ]) {
    await database.query({ text });
  }
}

export const owner = { organizationId: 'org_1', projectId: 'proj_1' };
export const file = (more: Partial<NewObject> = {}): NewObject => ({
  ...{ ...owner, kind: 'file', purpose: 'user_data', filename: 'notes.txt', maxBytes: 10_000_000 },
  ...more,
});

export async function* inPieces(bytes: Buffer, size = 50_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function readWhole(pieces: AsyncIterable<Uint8Array> | undefined): Promise<Buffer | undefined> {
  if (!pieces) return undefined;
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
