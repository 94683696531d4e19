import type { Batch, BatchDialect, Batches, KeyedBatch, NewBatch } from '../../workflows/contracts/batches.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { EpochKeys } from '../content/epoch-keys.js';
import { newKey } from '../storage/cipher.js';
import type { Database, Queryable } from '../storage/database.js';
import { keyedDigest } from '../storage/keyed-digest.js';
import { readPage } from '../storage/page.js';
import { storableJson } from '../storage/storable-json.js';
import { BATCH_COLUMNS, type BatchRow, toBatch } from './batch-rows.js';

export interface BatchDirectoryDependencies {
  readonly database: Database;
  readonly epochKeys: EpochKeys;
  /** Makes the stored digests useless to whoever reads the table. */
  readonly hmacKey: Buffer;
  /** How long a batch can be asked for, from its latest end on. */
  readonly retentionMs: number;
}

export function createBatches(deps: BatchDirectoryDependencies): Batches {
  const { database } = deps;
  const find = async (projectId: string, dialect: BatchDialect, id: string): Promise<Batch | undefined> => {
    const [row] = await database.query<BatchRow>({
      name: 'batch-find',
      text: `SELECT ${BATCH_COLUMNS} FROM jobs.batches WHERE id = $1 AND project_id = $2 AND dialect = $3`,
      values: [id, projectId, dialect],
    });
    return row && toBatch(row);
  };
  return {
    create: async (batch) => {
      const made = (await insert(deps, batch)) ?? (await findRepeated(deps, batch));
      if (made === undefined) throw new Error('a batch that was there is gone');
      return made;
    },
    findRepeated: (batch) => findRepeated(deps, batch),
    find,
    list: (projectId, { dialect, ...query }) => {
      const rows = {
        text: `SELECT ${BATCH_COLUMNS} FROM jobs.batches WHERE project_id = $1 AND dialect = $2`,
        values: [projectId, dialect],
      };
      return readPage<BatchRow, Batch>(database, { rows, cursors: rows, toItem: toBatch }, query);
    },
    cancel: async (projectId, dialect, id) => {
      await database.query({
        name: 'batch-cancel',
        text: `UPDATE jobs.batches SET status = 'cancelling', cancelling_at = now(), version = version + 1
               WHERE id = $1 AND project_id = $2 AND dialect = $3 AND status IN ('validating', 'in_progress')`,
        values: [id, projectId, dialect],
      });
      return find(projectId, dialect, id);
    },
    forget: async (projectId, dialect, id) => {
      const gone = await database.query({
        name: 'batch-forget',
        text: `DELETE FROM jobs.batches WHERE id = $1 AND project_id = $2 AND dialect = $3 AND ended_at IS NOT NULL RETURNING id`,
        values: [id, projectId, dialect],
      });
      return gone.length > 0;
    },
  };
}

/** `undefined` where its key came before. */
async function insert(deps: BatchDirectoryDependencies, batch: NewBatch): Promise<Batch | undefined> {
  const createdAt = new Date();
  const expiresAt = new Date(createdAt.getTime() + batch.windowMs);
  const forgetAt = new Date(expiresAt.getTime() + deps.retentionMs);
  const { epoch, wrapped } = await deps.epochKeys.wrap(newKey(), batch.id, forgetAt.getTime());
  const { keyHmac, bodyHmac } = digestsOf(deps, batch);
  const [row] = await deps.database.query<BatchRow>({
    name: 'batch-insert',
    text: `INSERT INTO jobs.batches (id, organization_id, project_id, key_id, dialect, endpoint, completion_window, headers,
             metadata, input_id, output_seconds, created_at, expires_at, forget_at, epoch, wrapped_key, key_hmac, body_hmac, native)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
           ON CONFLICT (project_id, key_hmac) WHERE key_hmac IS NOT NULL DO NOTHING RETURNING ${BATCH_COLUMNS}`,
    values: [
      ...[batch.id, batch.organizationId, batch.projectId, batch.keyId, batch.dialect, batch.endpoint],
      ...[batch.completionWindow, storableJson(batch.headers), storableJson(batch.metadata), batch.inputId],
      ...[batch.outputSeconds, createdAt, expiresAt, forgetAt, epoch, wrapped, keyHmac, bodyHmac, batch.native],
    ],
  });
  return row && toBatch(row);
}

async function findRepeated(deps: BatchDirectoryDependencies, batch: KeyedBatch): Promise<Batch | undefined> {
  if (batch.key === undefined) return undefined;
  const { keyHmac, bodyHmac } = digestsOf(deps, batch);
  const [row] = await (deps.database as Queryable).query<BatchRow & { readonly body_hmac: Buffer }>({
    name: 'batch-find-repeated',
    text: `SELECT ${BATCH_COLUMNS}, body_hmac FROM jobs.batches WHERE project_id = $1 AND key_hmac = $2`,
    values: [batch.projectId, keyHmac],
  });
  if (row === undefined) return undefined;
  if (bodyHmac === null || !row.body_hmac.equals(bodyHmac)) throw refuse('idempotency_key_reused');
  return toBatch(row);
}

function digestsOf(
  { hmacKey }: BatchDirectoryDependencies,
  { projectId, dialect, key }: KeyedBatch,
): { readonly keyHmac: Buffer | null; readonly bodyHmac: Buffer | null } {
  if (key === undefined) return { keyHmac: null, bodyHmac: null };
  const digest = (purpose: string, text: string): Buffer => keyedDigest(hmacKey, purpose, projectId, text);
  return { keyHmac: digest(`${dialect}-batch-key`, key.idempotencyKey), bodyHmac: digest('batch-body', key.body) };
}
