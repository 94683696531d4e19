import type { NewUpload, Upload, UploadStatus } from '../../workflows/contracts/objects.js';
import type { Queryable } from '../storage/database.js';
import { isPresent, type ObjectRow, objectColumns } from './object-rows.js';
import type { SealedDetails } from './object-seal.js';

export interface UploadRow {
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly purpose: string;
  readonly media_type: string;
  readonly bytes: bigint;
  readonly epoch: string;
  readonly wrapped_key: Buffer;
  readonly details: Buffer;
  readonly file_seconds: bigint | null;
  readonly status: UploadStatus;
  readonly file_id: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly [column: string]: unknown;
}

const columns = `id, organization_id, project_id, purpose, media_type, bytes, epoch, wrapped_key, details, file_seconds, file_id,
  created_at, expires_at, CASE WHEN state = 'pending' AND expires_at <= now() THEN 'expired' ELSE state END AS status`;

export async function insertUpload(
  database: Queryable,
  id: string,
  upload: NewUpload,
  { epoch, wrappedKey, details, expiresAt }: SealedDetails & { readonly expiresAt: Date },
): Promise<UploadRow> {
  const [row] = await database.query<UploadRow>({
    name: 'upload-insert',
    text: `INSERT INTO objects.uploads (id, organization_id, project_id, purpose, media_type, bytes, file_seconds, epoch,
             wrapped_key, details, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${columns}`,
    values: [
      ...[id, upload.organizationId, upload.projectId, upload.purpose, upload.mediaType, upload.bytes],
      ...[upload.fileSeconds ?? null, epoch, wrappedKey, details, expiresAt],
    ],
  });
  if (!row) throw new Error('an upload was inserted and did not come back');
  return row;
}

export async function findUpload(database: Queryable, projectId: string, id: string): Promise<UploadRow | undefined> {
  const [row] = await database.query<UploadRow>({
    name: 'upload-find',
    text: `SELECT ${columns} FROM objects.uploads WHERE project_id = $1 AND id = $2`,
    values: [projectId, id],
  });
  return row;
}

/** `undefined` where somebody else has ended it. */
export async function endUpload(
  database: Queryable,
  id: string,
  end: { readonly state: 'cancelled' } | { readonly state: 'completed'; readonly fileId: string },
): Promise<UploadRow | undefined> {
  const [row] = await database.query<UploadRow>({
    name: 'upload-end',
    text: `UPDATE objects.uploads SET state = $2, file_id = $3 WHERE id = $1 AND state = 'pending' RETURNING ${columns}`,
    values: [id, end.state, end.state === 'completed' ? end.fileId : null],
  });
  return row;
}

/** All that is stored of an upload: its parts and, where a process died just before it could say so, its file. */
export function findStoredOf(database: Queryable, uploadId: string): Promise<readonly ObjectRow[]> {
  return database.query<ObjectRow>({
    name: 'upload-stored',
    text: `SELECT ${objectColumns} FROM objects.objects WHERE upload_id = $1 AND ${isPresent}`,
    values: [uploadId],
  });
}

export function toUpload(row: UploadRow, filename: string): Omit<Upload, 'file'> {
  return {
    id: row.id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    status: row.status,
    purpose: row.purpose,
    filename,
    mediaType: row.media_type,
    bytes: Number(row.bytes),
    ...(row.file_seconds !== null && { fileSeconds: Number(row.file_seconds) }),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
