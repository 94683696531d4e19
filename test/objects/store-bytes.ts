import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFileEpochKeys } from '../../activities/content/epoch-keys.js';
import { createDirectoryBlobs } from '../../activities/objects/directory-blobs.js';
import { createObjectStore } from '../../activities/objects/object-store.js';
import { createS3Blobs, type S3Place } from '../../activities/objects/s3-blobs.js';
import { createUrlSignatures } from '../../activities/objects/url-signatures.js';
import { createDatabase } from '../../activities/storage/database.js';

// A process that stores an object, to be killed in the middle or to be weighed. What it needs comes as JSON in its argument.

export interface StoreBytes {
  readonly databaseUrl: string;
  readonly epochFolder: string;
  /** A folder, or a bucket. */
  readonly place: string | S3Place;
  /** Without it there is no end. With it they are read back, and what that took is printed. */
  readonly mebibytes?: number;
}

export interface Taken {
  /** Of the process over what it was before, in MiB, at its highest. */
  readonly writingMib: number;
  readonly readingMib: number;
  readonly isSame: boolean;
  readonly seconds: number;
}

const mebibyte = 1024 * 1024;
const { databaseUrl, epochFolder, place, mebibytes } = JSON.parse(process.argv[2] ?? '') as StoreBytes;
const database = createDatabase({ url: databaseUrl, connections: 2, onError: () => {} });
const blobs = typeof place === 'string' ? createDirectoryBlobs(place) : createS3Blobs(place);
const store = createObjectStore({
  ...{ database, blobs, sealed: true },
  epochKeys: createFileEpochKeys(epochFolder, Buffer.alloc(32, 1)),
  retention: { fileMs: 3_600_000, outputMs: 3_600_000 },
  signatures: createUrlSignatures(Buffer.alloc(32, 2)),
  gatewayUrl: () => '',
  onError: () => {},
});

async function* pieces(): AsyncGenerator<Buffer> {
  for (let sent = 0; sent !== mebibytes; sent += 1) {
    // Each piece is its own memory, as those of a socket are.
    yield Buffer.alloc(mebibyte, sent % 256);
    // More than two parts are on their way; the others would only fill the disk.
    if (mebibytes === undefined && sent > 40) await sleep(100);
  }
}

function weigh(): () => number {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  return () => {
    clearInterval(timer);
    return Math.round((most - before) / mebibyte);
  };
}

const owner = { organizationId: 'org_1', projectId: 'proj_1' };
const startedAt = performance.now();
const writing = weigh();
const stored = await store.put({ ...owner, kind: 'output', maxBytes: Number.MAX_SAFE_INTEGER }, pieces());
const writingMib = writing();
const reading = weigh();
const hash = createHash('sha256');
for await (const piece of (await store.read(stored)) ?? []) hash.update(piece);
const taken: Taken = {
  ...{ writingMib, readingMib: reading(), isSame: hash.digest('hex') === stored.sha256 },
  seconds: (performance.now() - startedAt) / 1_000,
};
process.stdout.write(JSON.stringify(taken));
await database.close();
blobs.close();
