import type { ObjectStore } from '../../../workflows/contracts/objects.js';
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
    const range = { start: 0, end: Math.min(file?.bytes ?? 0, CARRIED_BYTES) - 1 };
    const pieces = file && (await objects.read(file, range));
    if (file === undefined || pieces === undefined) throw refused('file_not_found', '', { param });
    const head: Uint8Array[] = [];
    for await (const piece of pieces) head.push(piece);
    files.set(id, { bytes: file.bytes, head: Buffer.concat(head), ...(!isCarried && { storedId: id }) });
  }
  return files;
}
