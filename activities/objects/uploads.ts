import { createHash } from 'node:crypto';
import type {
  LateFields,
  ObjectOwner,
  ObjectStore,
  StoredObject,
  Upload,
  Uploads,
} from '../../workflows/contracts/objects.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { EpochKeys } from '../content/epoch-keys.js';
import { newKey } from '../storage/cipher.js';
import type { Database } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { openDetails, sealDetails } from './object-seal.js';
import { endUpload, findStoredOf, findUpload, insertUpload, toUpload, type UploadRow } from './upload-rows.js';

const hourMs = 3_600_000;
/** As at OpenAI. */
const openMs = hourMs;
/** How long an upload that has ended can still be told of. */
const tellMs = 24 * hourMs;
/** As at OpenAI. */
const partBytesMax = 64 * 1024 * 1024;

export interface UploadDependencies {
  readonly database: Database;
  readonly epochKeys: EpochKeys;
  readonly objects: ObjectStore;
}

interface OpenUpload {
  readonly row: UploadRow;
  readonly filename: string;
}

/** Files in pieces: each piece is an object of its own until they are copied into the file, in the order that the caller names. */
export function createUploads(deps: UploadDependencies): Uploads {
  const { database, epochKeys, objects } = deps;
  const find = async ({ projectId }: ObjectOwner, id: string): Promise<OpenUpload> => {
    const row = await findUpload(database, projectId, id);
    const opened = row && (await openDetails(epochKeys, row));
    if (!opened) throw refuse('upload_not_found');
    return { row, filename: (opened.value as { readonly filename: string }).filename };
  };
  const findOpen = async (owner: ObjectOwner, id: string): Promise<OpenUpload> => {
    const found = await find(owner, id);
    if (found.row.status !== 'pending') throw notOpen(found.row.status);
    return found;
  };
  const withFile = async (row: UploadRow, filename: string): Promise<Upload> => {
    const file = row.file_id === null ? undefined : await objects.find(row.project_id, row.file_id);
    return { ...toUpload(row, filename), ...(file && { file }) };
  };
  const destroyParts = async (row: UploadRow): Promise<void> => {
    const stored = await findStoredOf(database, row.id);
    for (const { id, kind } of stored) if (kind === 'part') await objects.destroy(row.project_id, id);
  };

  return {
    create: async (upload) => {
      const id = newId('upload');
      const expiresAt = new Date(Date.now() + openMs);
      const keys = { frames: newKey(), details: newKey() };
      const value = { filename: upload.filename };
      const sealed = await sealDetails(epochKeys, id, keys, {
        value,
        expiresAt: new Date(expiresAt.getTime() + tellMs),
      });
      return toUpload(await insertUpload(database, id, upload, { ...sealed, expiresAt }), upload.filename);
    },
    addPart: async (owner, uploadId, bytes) => {
      const { row } = await findOpen(owner, uploadId);
      const stored = await findStoredOf(database, uploadId);
      const kept = stored.reduce((sum, part) => sum + Number(part.bytes), 0);
      // Twice, so that each part can be sent anew.
      const maxBytes = Math.min(partBytesMax, 2 * Number(row.bytes) - kept);
      // Beyond the upload's end, so that one that is completed in its last minute can be read to its own.
      const expiresAt = new Date(row.expires_at.getTime() + hourMs).toISOString();
      return objects.put({ ...ownerOf(row), kind: 'part', uploadId, maxBytes, expiresAt }, bytes);
    },
    complete: async (owner, uploadId, partIds, md5) => {
      const { row, filename } = await findOpen(owner, uploadId);
      const stored = await findStoredOf(database, uploadId);
      const earlier = stored.find(({ kind }) => kind === 'file');
      const fileId =
        earlier?.id ?? (await storeFile(objects, { row, filename }, await inOrder(objects, row, partIds), md5)).id;
      const ended = await endUpload(database, uploadId, { state: 'completed', fileId });
      if (!ended) {
        await objects.destroy(row.project_id, fileId);
        throw notOpen((await find(owner, uploadId)).row.status);
      }
      await destroyParts(row);
      return withFile(ended, filename);
    },
    cancel: async (owner, uploadId) => {
      const { filename } = await findOpen(owner, uploadId);
      const ended = await endUpload(database, uploadId, { state: 'cancelled' });
      if (!ended) throw notOpen((await find(owner, uploadId)).row.status);
      await destroyParts(ended);
      return withFile(ended, filename);
    },
  };
}

const ownerOf = (row: UploadRow): ObjectOwner => ({ organizationId: row.organization_id, projectId: row.project_id });

function notOpen(status: Upload['status']): Error {
  return refuse('upload_not_open', `The upload is ${status} and takes nothing more. Create another one.`);
}

async function inOrder(
  objects: ObjectStore,
  row: UploadRow,
  partIds: readonly string[],
): Promise<readonly StoredObject[]> {
  const param = 'part_ids';
  if (new Set(partIds).size < partIds.length) throw refuse('invalid_request', 'A part is named twice.', { param });
  const parts: StoredObject[] = [];
  for (const [index, id] of partIds.entries()) {
    const part = await objects.find(row.project_id, id);
    if (part?.uploadId !== row.id || part.kind !== 'part') {
      throw refuse('invalid_request', `'part_ids[${index}]' is no part of this upload.`, {
        param: `part_ids[${index}]`,
      });
    }
    parts.push(part);
  }
  const sum = parts.reduce((bytes, part) => bytes + part.bytes, 0);
  if (sum === Number(row.bytes)) return parts;
  const message = `The parts are ${sum} bytes together, and the upload was created for ${row.bytes}. Name those that make it up.`;
  throw refuse('invalid_request', message, { param });
}

function storeFile(
  objects: ObjectStore,
  { row, filename }: OpenUpload,
  parts: readonly StoredObject[],
  md5: string | undefined,
): Promise<StoredObject> {
  const hash = createHash('md5');
  const seconds = row.file_seconds;
  const file = {
    ...ownerOf(row),
    ...({ kind: 'file', uploadId: row.id, purpose: row.purpose, filename, mediaType: row.media_type } as const),
    maxBytes: Number(row.bytes),
    ...(seconds !== null && { expiresAt: new Date(Date.now() + Number(seconds) * 1_000).toISOString() }),
  };
  const check = (): Promise<LateFields> => {
    if (md5 === undefined || hash.digest('hex') === md5.toLowerCase()) return Promise.resolve({});
    const message = "The parts in this order do not have the checksum 'md5'. Compare their order, or send them anew.";
    throw refuse('invalid_request', message, { param: 'md5' });
  };
  return objects.put(
    file,
    joined(objects, parts, (piece) => hash.update(piece)),
    check,
  );
}

async function* joined(
  objects: ObjectStore,
  parts: readonly StoredObject[],
  see: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    const pieces = await objects.read(part);
    if (!pieces) throw refuse('upload_not_open', 'A part of the upload is gone. Create another upload.');
    for await (const piece of pieces) {
      see(piece);
      yield piece;
    }
  }
}
