import { z } from 'zod';
import type { Page } from '../../../workflows/contracts/access.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { ObjectQuery, StoredObject } from '../../../workflows/contracts/objects.js';
import { isObjectId } from '../../http/object-id.js';
import { refused } from '../../http/refused-error.js';
import { describeIssue } from './describe-issue.js';

const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 1_000;

const id = z.string().refine(isObjectId, 'is no id of ours');
const pageQuery = z.looseObject({
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
  after_id: id.optional(),
  before_id: id.optional(),
});

/** A page of the vendor's `GET /v1/files`, newest first. @throws RefusalError `invalid_request`. */
export function readFilePage(query: unknown): ObjectQuery {
  const read = pageQuery.safeParse(query);
  if (!read.success) throw refused('invalid_request', describeIssue(read.error.issues, query).message);
  const { limit, after_id: after, before_id: before } = read.data;
  return { limit, order: 'desc', ...(after !== undefined && { after }), ...(before !== undefined && { before }) };
}

/** The vendor's FileMetadata. Here every file can be read back, which there holds only for those that tools made. */
export function renderFileMetadata(file: StoredObject): JsonObject & { readonly id: string } {
  return {
    type: 'file',
    id: file.id,
    filename: file.filename ?? file.id,
    mime_type: file.mediaType,
    size_bytes: file.bytes,
    created_at: file.createdAt,
    downloadable: true,
  };
}

export function renderFileMetadataPage({ data, hasMore }: Page<StoredObject>): JsonObject {
  return {
    data: data.map(renderFileMetadata),
    has_more: hasMore,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

export function renderDeletedFile(id: string): JsonObject {
  return { id, type: 'file_deleted' };
}
