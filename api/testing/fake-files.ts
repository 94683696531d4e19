import { createHash } from 'node:crypto';
import type { ObjectStore, StoredObject, Upload, Uploads, UrlSignatures } from '../../workflows/contracts/objects.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { createFakeObjects } from './fake-objects.js';

interface FakeFiles {
  readonly objects: ObjectStore;
  readonly uploads: Uploads;
  readonly urlSignatures: UrlSignatures;
}

const dayMs = 86_400_000;

/** Files in memory, whole. Their time never ends. */
export function createFakeFiles(): FakeFiles {
  const stored = createFakeObjects<StoredObject>('file_not_found');
  const content = new Map<string, Buffer>();
  const find = (id: string): StoredObject | undefined => (content.has(id) ? stored.get(id) : undefined);
  const findOf = (projectId: string, id: string): StoredObject | undefined =>
    find(id)?.projectId === projectId ? find(id) : undefined;
  const objects: ObjectStore = {
    put: async (object, bytes, complete) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      const whole = Buffer.concat(pieces);
      if (whole.length === 0) throw refuse('empty_file');
      if (whole.length > object.maxBytes) throw refuse('file_too_large');
      const read = { bytes: whole.length, sha256: createHash('sha256').update(whole).digest('hex') };
      const times = { createdAt: new Date().toISOString(), expiresAt: new Date(Date.now() + dayMs).toISOString() };
      const known = { ...object, ...(await complete?.(read)), ...read };
      const made = stored.add((number) => ({
        ...{ mediaType: 'application/octet-stream', ...times, ...known },
        id: `${object.kind === 'file' ? 'file-' : 'part_'}${number}`,
      }));
      content.set(made.id, whole);
      return made;
    },
    find: (projectId, id) => Promise.resolve(findOf(projectId, id)),
    findAnyone: (id) => Promise.resolve(find(id)),
    list: (projectId, query) =>
      Promise.resolve(stored.page(query, (file) => file.projectId === projectId && file.kind === 'file')),
    read: (object, range) => {
      const bytes = content.get(object.id);
      const part = bytes?.subarray(range?.start ?? 0, (range?.end ?? bytes.length) + 1);
      return Promise.resolve(part && one(part));
    },
    signedUrl: ({ id }) => Promise.resolve(`http://gateway.test/v1/objects/${id}/content?expires=9&signature=x`),
    destroy: (projectId, id) => {
      if (!findOf(projectId, id)) return Promise.resolve(false);
      stored.remove(id);
      content.delete(id);
      return Promise.resolve(true);
    },
    destroyInputs: () => Promise.resolve(),
  };
  const urlSignatures = {
    sign: () => 'genuine',
    isGenuine: (_id: string, _at: number, shown: string) => shown === 'genuine',
  };
  return { objects, uploads: createFakeUploads(objects), urlSignatures };
}

function createFakeUploads(objects: ObjectStore): Uploads {
  const uploads = createFakeObjects<Upload>('upload_not_found');
  return {
    create: (upload) => {
      const times = { createdAt: new Date().toISOString(), expiresAt: new Date(Date.now() + dayMs).toISOString() };
      return Promise.resolve(
        uploads.add((number) => ({ ...upload, ...times, id: `upload_${number}`, status: 'pending' })),
      );
    },
    addPart: (owner, uploadId, bytes) => {
      const { id } = uploads.get(uploadId);
      return objects.put({ ...owner, kind: 'part', uploadId: id, maxBytes: 100_000 }, bytes);
    },
    complete: async (owner, uploadId, partIds) => {
      const { filename, purpose } = uploads.get(uploadId);
      const parts = await Promise.all(partIds.map((id) => objects.find(owner.projectId, id)));
      const bytes = parts.map((part) => part ?? { bytes: 0 }).reduce((sum, part) => sum + part.bytes, 0);
      const file = await objects.put(
        { ...owner, kind: 'file', filename, purpose, maxBytes: bytes },
        one(Buffer.alloc(bytes)),
      );
      return uploads.change(uploadId, { status: 'completed', file });
    },
    cancel: (_owner, uploadId) => Promise.resolve(uploads.change(uploadId, { status: 'cancelled' })),
  };
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
