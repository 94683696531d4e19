import type { Page } from '../../../workflows/contracts/access.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { StoredObject, Upload } from '../../../workflows/contracts/objects.js';
import { toSeconds } from '../../seconds.js';
import { renderObjects } from '../shared/render-objects.js';

/** OpenAI's `file`. Nothing is done with files beforehand, so that each is `processed`. */
export function renderFile(file: StoredObject): JsonObject & { readonly id: string } {
  return {
    id: file.id,
    object: 'file',
    bytes: file.bytes,
    created_at: toSeconds(file.createdAt),
    expires_at: toSeconds(file.expiresAt),
    filename: file.filename ?? file.id,
    purpose: file.purpose ?? 'user_data',
    status: 'processed',
    status_details: null,
  };
}

export function renderFilePage({ data, hasMore }: Page<StoredObject>): JsonObject {
  return renderObjects(data.map(renderFile), hasMore);
}

export function renderDeletedFile(id: string): JsonObject {
  return { id, object: 'file', deleted: true };
}

/** OpenAI's `upload`. */
export function renderUpload(upload: Upload): JsonObject {
  return {
    id: upload.id,
    object: 'upload',
    bytes: upload.bytes,
    created_at: toSeconds(upload.createdAt),
    expires_at: toSeconds(upload.expiresAt),
    filename: upload.filename,
    purpose: upload.purpose,
    status: upload.status,
    file: upload.file === undefined ? null : renderFile(upload.file),
  };
}

/** OpenAI's `upload.part`. */
export function renderPart(part: StoredObject): JsonObject {
  return {
    id: part.id,
    object: 'upload.part',
    created_at: toSeconds(part.createdAt),
    upload_id: part.uploadId ?? '',
  };
}
