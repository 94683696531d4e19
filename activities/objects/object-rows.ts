import type { LateFields, NewObject, ReadBytes, StoredObject } from '../../workflows/contracts/objects.js';
import type { Queryable } from '../storage/database.js';

/** A row as it is read, its sealed part still sealed. */
export interface ObjectRow {
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly kind: StoredObject['kind'];
  readonly request_id: string | null;
  readonly upload_id: string | null;
  readonly purpose: string | null;
  readonly media_type: string;
  readonly bytes: bigint;
  readonly storage_key: string;
  readonly sealed: boolean;
  readonly epoch: string;
  readonly wrapped_key: Buffer;
  readonly details: Buffer;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly [column: string]: unknown;
}

/** What a row says under seal. */
export interface ObjectDetails {
  readonly filename?: string;
  readonly sha256: string;
}

/** What is written when the last byte has come. */
export interface FinishedRow {
  readonly read: ReadBytes;
  readonly fields: LateFields;
  readonly mediaType: string;
  readonly expiresAt: Date;
  readonly epoch: string;
  readonly wrappedKey: Buffer;
  readonly details: Buffer;
}

export const objectColumns = `id, organization_id, project_id, kind, request_id, upload_id, purpose, media_type, bytes,
  storage_key, sealed, epoch, wrapped_key, details, created_at, expires_at`;
/** Within the time that the sweeper takes to destroy it, an object is as gone as its key. */
export const isPresent = `state = 'ready' AND expires_at > now()`;

/** Seconds that a writer has to say that it lives. */
const leaseSeconds = 60;

export async function insertObject(
  database: Queryable,
  object: NewObject & { readonly id: string; readonly storageKey: string; readonly sealed: boolean },
  expiresAt: Date,
): Promise<void> {
  await database.query({
    name: 'object-insert',
    text: `INSERT INTO objects.objects (id, organization_id, project_id, kind, request_id, position, upload_id, storage_key,
             sealed, expires_at, lease_until)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + interval '${leaseSeconds} seconds')`,
    values: [
      ...[object.id, object.organizationId, object.projectId, object.kind, object.requestId ?? null],
      ...[object.position ?? null, object.uploadId ?? null, object.storageKey, object.sealed, expiresAt],
    ],
  });
}

/** False where somebody has destroyed the object meanwhile: its writer has nothing left to write. */
export async function renewLease(database: Queryable, id: string): Promise<boolean> {
  const rows = await database.query({
    name: 'object-renew',
    text: `UPDATE objects.objects SET lease_until = now() + interval '${leaseSeconds} seconds'
           WHERE id = $1 AND state = 'writing' RETURNING id`,
    values: [id],
  });
  return rows.length > 0;
}

/** The row as it is from now on; `undefined` where its writer was taken for dead, or an earlier try stored the same. */
export async function finishObject(
  database: Queryable,
  id: string,
  { read, fields, mediaType, expiresAt, epoch, wrappedKey, details }: FinishedRow,
): Promise<ObjectRow | undefined> {
  try {
    const [row] = await database.query<ObjectRow>({
      name: 'object-finish',
      text: `UPDATE objects.objects SET state = 'ready', bytes = $2, media_type = $3, purpose = $4, expires_at = $5, epoch = $6,
               wrapped_key = $7, details = $8
             WHERE id = $1 AND state = 'writing' RETURNING ${objectColumns}`,
      values: [id, read.bytes, mediaType, fields.purpose ?? null, expiresAt, epoch, wrappedKey, details],
    });
    return row;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === uniqueViolation) return undefined;
    throw error;
  }
}
const uniqueViolation = '23505';

/** How long the project keeps objects of this kind; `undefined` where it is as long as the installation says. */
export async function findRetentionMs(
  database: Queryable,
  projectId: string,
  kind: StoredObject['kind'],
): Promise<number | undefined> {
  if (kind === 'part' || kind === 'input') return undefined;
  const [row] = await database.query<{ retention_ms: bigint | null }>({
    name: 'object-retention',
    text: `SELECT CASE $2 WHEN 'output' THEN output_retention_ms ELSE file_retention_ms END AS retention_ms
           FROM tenancy.projects WHERE id = $1`,
    values: [projectId, kind],
  });
  return row?.retention_ms == null ? undefined : Number(row.retention_ms);
}

export async function findObject(
  database: Queryable,
  id: string,
  projectId: string | undefined,
): Promise<ObjectRow | undefined> {
  const [row] = await database.query<ObjectRow>({
    name: 'object-find',
    text: `SELECT ${objectColumns} FROM objects.objects WHERE id = $1 AND ($2::text IS NULL OR project_id = $2) AND ${isPresent}`,
    values: [id, projectId ?? null],
  });
  return row;
}

export async function findOutput(
  database: Queryable,
  requestId: string,
  position: number,
): Promise<ObjectRow | undefined> {
  const [row] = await database.query<ObjectRow>({
    name: 'object-find-output',
    text: `SELECT ${objectColumns} FROM objects.objects WHERE request_id = $1 AND position = $2 AND ${isPresent}`,
    values: [requestId, position],
  });
  return row;
}

/** Takes the key away, after which nobody can read the bytes, wherever copies of them are. Gives where they rest. */
export async function destroyObject(
  database: Queryable,
  id: string,
  projectId?: string,
): Promise<{ readonly storageKey: string; readonly wasReady: boolean } | undefined> {
  const [row] = await database.query<{ storage_key: string; was_ready: boolean }>({
    name: 'object-destroy',
    text: `WITH old AS (SELECT id, state FROM objects.objects
             WHERE id = $1 AND state <> 'destroyed'
               AND ($2::text IS NULL OR (project_id = $2 AND state = 'ready' AND kind <> 'input')) FOR UPDATE)
           UPDATE objects.objects o SET state = 'destroyed', wrapped_key = NULL, details = NULL, epoch = NULL
             FROM old WHERE o.id = old.id RETURNING o.storage_key, old.state = 'ready' AS was_ready`,
    values: [id, projectId ?? null],
  });
  return row && { storageKey: row.storage_key, wasReady: row.was_ready };
}

/** Where the bytes of those inputs rest that are destroyed by this. */
export async function destroyInputs(
  database: Queryable,
  requestId: string,
): Promise<readonly { readonly id: string; readonly storageKey: string }[]> {
  const rows = await database.query<{ id: string; storage_key: string }>({
    name: 'object-destroy-inputs',
    text: `UPDATE objects.objects o SET state = 'destroyed', wrapped_key = NULL, details = NULL, epoch = NULL
           WHERE kind = 'input' AND request_id = $1 AND state <> 'destroyed'
             AND NOT EXISTS (SELECT FROM requests.requests r WHERE r.id = $1 AND r.ended_at IS NULL)
           RETURNING id, storage_key`,
    values: [requestId],
  });
  return rows.map(({ id, storage_key: storageKey }) => ({ id, storageKey }));
}

export async function noteErased(database: Queryable, id: string): Promise<void> {
  await database.query({
    name: 'object-erased',
    text: 'UPDATE objects.objects SET erased_at = now() WHERE id = $1 AND erased_at IS NULL',
    values: [id],
  });
}
