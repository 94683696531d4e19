import type { ObjectStore, StoredObject } from '../../../workflows/contracts/objects.js';
import { isUnsizedPicture, PICTURE_HEAD_BYTES } from '../../http/image-probe.js';
import type { FormFile } from '../../http/multipart-form.js';
import { CARRIED_BYTES } from '../../http/multipart-form.js';
import { refused } from '../../http/refused-error.js';

/** A vendor's ids have other characters or another length, and go to it as they are. */
export const OWN_FILE_ID = /^file-[0-9a-f]{24}$/;

/** A file of the project, as it would have come in a form. */
export type NamedFile = Pick<FormFile, 'bytes' | 'head' | 'storedId'>;

/** An id of ours, and the field that names it. */
export interface NamedId {
  readonly id: string;
  readonly param: string;
}

/**
 * The files of the project that a request names by ids of ours: small ones whole, of the others the beginning and where they rest.
 * They are the project's own and stay where they are. @throws RefusalError `file_not_found`.
 */
export async function findNamed(
  objects: Pick<ObjectStore, 'find' | 'read'>,
  projectId: string,
  named: readonly NamedId[],
): Promise<ReadonlyMap<string, NamedFile>> {
  const files = new Map<string, NamedFile>();
  for (const { id, param } of named.filter((one) => OWN_FILE_ID.test(one.id))) {
    const file = files.has(id) ? undefined : await objects.find(projectId, id);
    if (files.has(id)) continue;
    const isCarried = file !== undefined && file.bytes <= CARRIED_BYTES;
    const head = file && (await readHead(objects, file));
    if (file === undefined || head === undefined) throw refused('file_not_found', '', { param });
    files.set(id, { bytes: file.bytes, head, ...(!isCarried && { storedId: id }) });
  }
  return files;
}

/** As much as a form's reader would have of it: of a picture so much that its size is in it. `undefined` where it is gone. */
async function readHead(objects: Pick<ObjectStore, 'read'>, file: StoredObject): Promise<Buffer | undefined> {
  const first = await readFirst(objects, file, CARRIED_BYTES);
  const isShort = first !== undefined && first.length < file.bytes && isUnsizedPicture(first);
  return isShort ? readFirst(objects, file, PICTURE_HEAD_BYTES) : first;
}

async function readFirst(
  objects: Pick<ObjectStore, 'read'>,
  file: StoredObject,
  bytes: number,
): Promise<Buffer | undefined> {
  const pieces = await objects.read(file, { start: 0, end: Math.min(file.bytes, bytes) - 1 });
  if (pieces === undefined) return undefined;
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read);
}
