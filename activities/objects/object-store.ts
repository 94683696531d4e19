import type {
  LateFields,
  NewObject,
  ObjectKind,
  ObjectStore,
  ReadBytes,
  StoredObject,
  UrlSignatures,
} from '../../workflows/contracts/objects.js';
import { purposeProblem } from '../../workflows/domain/file-purposes.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { newKey } from '../storage/cipher.js';
import { overSource } from '../streams/over-source.js';
import type { EpochKeys } from '../content/epoch-keys.js';
import type { Database } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import type { Blobs } from './blobs.js';
import { openFrames, sealedRange, sealFrames } from './frames.js';
import { destroyedMeanwhile, keepLease } from './keep-lease.js';
import { mediaTypeOf } from './media-type.js';
import { listOfFiles } from './list-of-files.js';
import {
  destroyInputs,
  destroyObject,
  findObject,
  findOutput,
  findRetentionMs,
  finishObject,
  insertObject,
  noteErased,
  type ObjectDetails,
  type ObjectRow,
} from './object-rows.js';
import { type ObjectKeys, openDetails, sealDetails } from './object-seal.js';
import { type CountedBytes, countBytes } from './read-bytes.js';

export interface ObjectStoreDependencies {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly epochKeys: EpochKeys;
  /** False where the store seals what it keeps itself: its own URLs then give the plain bytes. */
  readonly sealed: boolean;
  readonly retention: { readonly fileMs: number; readonly outputMs: number };
  readonly signatures: UrlSignatures;
  /** Where callers reach the gateway, without a slash at its end. */
  readonly gatewayUrl: () => string;
  readonly onError: (error: unknown) => void;
}

interface Draft {
  readonly id: string;
  readonly storageKey: string;
  readonly keys: ObjectKeys;
}

/** Objects of files and outputs: rows in Postgres, bytes in `blobs`, each under a key of its own. */
export function createObjectStore(deps: ObjectStoreDependencies): ObjectStore {
  const { database, blobs, epochKeys } = deps;
  const toObject = async (row: ObjectRow): Promise<StoredObject | undefined> => {
    const opened = await openDetails(epochKeys, row);
    return opened && toStoredObject(row, opened.value as ObjectDetails);
  };
  const find = async (id: string, projectId?: string): Promise<StoredObject | undefined> => {
    const row = await findObject(database, id, projectId);
    return row && row.kind !== 'input' ? toObject(row) : undefined;
  };
  const earlierTry = async ({ requestId, position }: NewObject): Promise<StoredObject | undefined> => {
    if (requestId === undefined || position === undefined) return undefined;
    const row = await findOutput(database, requestId, position);
    return row && toObject(row);
  };

  return {
    put: async (object, bytes, complete) => {
      const stored = await earlierTry(object);
      if (stored) return stored;
      const counted = await countBytes(bytes, object.maxBytes);
      const draft = newDraft(object);
      const ownMs = await findRetentionMs(database, object.projectId, object.kind);
      const expiry = (fields: NewObject): Date => expiryOf(deps, fields, ownMs);
      await insertObject(database, { ...object, ...draft, sealed: deps.sealed }, expiry(object));
      try {
        const row = await write({ ...deps, expiry }, object, draft, counted, complete);
        if (row) return toStoredObject(row.row, row.details);
      } catch (error) {
        await erase(deps, draft);
        throw error;
      }
      await erase(deps, draft);
      const other = await earlierTry(object);
      if (other) return other;
      throw destroyedMeanwhile();
    },
    find: (projectId, id) => find(id, projectId),
    findAnyone: (id) => find(id),
    list: async (projectId, query) => {
      const page = await readPage(database, { ...listOfFiles(projectId, query), toItem: toObject }, query);
      const data = (await Promise.all(page.data)).filter((object) => object !== undefined);
      return { data, hasMore: page.hasMore };
    },
    read: async ({ id, projectId }, range) => {
      const row = await findObject(database, id, projectId);
      const opened = row && (await openDetails(epochKeys, row));
      if (!opened) return undefined;
      if (!row.sealed) {
        const plain = await blobs.read(row.storage_key, range);
        return plain && overSource(plain, plain);
      }
      const totalBytes = Number(row.bytes);
      const wanted = range ?? { start: 0, end: totalBytes - 1 };
      const sealed = await blobs.read(row.storage_key, sealedRange(wanted, totalBytes));
      return sealed && overSource(openFrames(opened.frames, id, { range: wanted, totalBytes }, sealed), sealed);
    },
    signedUrl: async ({ id, projectId, expiresAt }, seconds) => {
      const now = Math.floor(Date.now() / 1_000);
      const expires = Math.min(now + seconds, Math.floor(Date.parse(expiresAt) / 1_000));
      const row = deps.sealed ? undefined : await findObject(database, id, projectId);
      // An object of the time when they were sealed here is still read through the gateway.
      const own = row && !row.sealed ? await blobs.signedUrl(row.storage_key, expires - now) : undefined;
      const signature = deps.signatures.sign(id, expires);
      return own ?? `${deps.gatewayUrl()}/v1/objects/${id}/content?expires=${expires}&signature=${signature}`;
    },
    destroy: async (projectId, id) => {
      const destroyed = await destroyObject(database, id, projectId);
      if (!destroyed) return false;
      await eraseBlob(deps, id, destroyed.storageKey);
      return true;
    },
    destroyInputs: async (requestId) => {
      const destroyed = await destroyInputs(database, requestId);
      for (const { id, storageKey } of destroyed) await eraseBlob(deps, id, storageKey);
    },
  };
}

function newDraft({ organizationId, kind }: NewObject): Draft {
  const id = idOf[kind]();
  return { id, storageKey: `${organizationId}/${id}`, keys: { frames: newKey(), details: newKey() } };
}

const idOf: { readonly [K in ObjectKind]: () => string } = {
  output: () => newId('obj'),
  // As OpenAI's are, which its clients' users know a file by.
  file: () => newId('file').replace('_', '-'),
  part: () => newId('part'),
  input: () => newId('input'),
};

async function write(
  deps: ObjectStoreDependencies & { readonly expiry: (fields: NewObject) => Date },
  object: NewObject,
  { id, storageKey, keys }: Draft,
  counted: CountedBytes,
  complete?: (read: ReadBytes) => Promise<LateFields>,
): Promise<{ readonly row: ObjectRow; readonly details: ObjectDetails } | undefined> {
  const lease = keepLease(deps, id);
  try {
    const pieces = lease.whileHeld(counted.pieces);
    const mediaType = mediaTypeOf(counted.sniffedType, object.mediaType);
    if (deps.sealed) await deps.blobs.put(storageKey, sealFrames(keys.frames, id, pieces));
    else await deps.blobs.put(storageKey, pieces, mediaType);
    const read = counted.result();
    const fields = { ...object, ...(await complete?.(read)) };
    const problem = purposeProblem(fields.purpose, read.sniffedType);
    if (problem !== undefined) throw refuse('invalid_request', problem, { param: 'file' });
    const { filename } = fields;
    const details: ObjectDetails = { sha256: read.sha256, ...(filename !== undefined && { filename }) };
    const expiresAt = deps.expiry(fields);
    const sealed = await sealDetails(deps.epochKeys, id, keys, { value: details, expiresAt });
    const finished = { read, fields, expiresAt, mediaType: mediaTypeOf(read.sniffedType, fields.mediaType), ...sealed };
    const row = await finishObject(deps.database, id, finished);
    return row && { row, details };
  } finally {
    lease.end();
  }
}

/** As asked for, within the project's own time where it has one; else that, or the installation's. */
function expiryOf(
  { retention }: ObjectStoreDependencies,
  { kind, expiresAt, atLeastUntil }: NewObject,
  ownMs: number | undefined,
): Date {
  const latest = Date.now() + (ownMs ?? (kind === 'output' ? retention.outputMs : retention.fileMs));
  if (expiresAt === undefined) {
    const isLonger = ownMs === undefined && atLeastUntil !== undefined;
    return new Date(isLonger ? Math.max(latest, Date.parse(atLeastUntil)) : latest);
  }
  // Between the reading of the form and here some time may have passed, and never the other way round.
  if (ownMs === undefined || Date.parse(expiresAt) <= latest) return new Date(expiresAt);
  const message = `Invalid 'expires_after': this project keeps files for ${Math.floor(ownMs / 1_000)} seconds at most.`;
  throw refuse('invalid_request', message, { param: 'expires_after' });
}

/** What does not work now is done by the sweeper: the row says that it is to be. */
async function erase(deps: ObjectStoreDependencies, { id, storageKey }: Draft): Promise<void> {
  try {
    await destroyObject(deps.database, id);
    await eraseBlob(deps, id, storageKey);
  } catch (error) {
    deps.onError(error);
  }
}

async function eraseBlob(
  { database, blobs, onError }: ObjectStoreDependencies,
  id: string,
  name: string,
): Promise<void> {
  try {
    await blobs.erase(name);
    await noteErased(database, id);
  } catch (error) {
    onError(error);
  }
}

function toStoredObject(row: ObjectRow, { filename, sha256 }: ObjectDetails): StoredObject {
  return {
    id: row.id,
    kind: row.kind,
    organizationId: row.organization_id,
    projectId: row.project_id,
    ...(row.request_id !== null && { requestId: row.request_id }),
    ...(row.upload_id !== null && { uploadId: row.upload_id }),
    ...(row.purpose !== null && { purpose: row.purpose }),
    ...(filename !== undefined && { filename }),
    bytes: Number(row.bytes),
    sha256,
    mediaType: row.media_type,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
