import type { Bucket } from '../../workflows/domain/health/bucket.js';
import {
  bucketNumber,
  BUCKET_MS,
  firstBucket,
  HISTORY_MS,
  LONG_BUCKET_MS,
} from '../../workflows/domain/health/window.js';
import type { Queryable } from '../storage/database.js';
import type { Subject } from './circuit-rows.js';

/** What this process saw of a subject in one stretch of time, as it is now: it replaces what was written before. */
export interface OwnBucket extends Subject {
  readonly width: 'short' | 'long';
  readonly number: number;
  readonly bucket: Bucket;
}

/** What another process saw of a subject in one short stretch of time. */
export interface OthersBucket extends Subject {
  readonly instance: string;
  readonly number: number;
  readonly bucket: Bucket;
}

interface BucketRow {
  readonly offer_id: string;
  readonly credential_id: string;
  readonly instance: string;
  readonly bucket: bigint;
  readonly data: Bucket;
}

/** A bound on what one answer brings into memory: some hundred offers times a few processes times the last few buckets. */
const MOST_ROWS = 10_000;
const WIDTH_SECONDS = { short: BUCKET_MS / 1_000, long: LONG_BUCKET_MS / 1_000 } as const;

export interface ObservationRows {
  /** Writes what changed here and reads what others saw from a bucket on, in one statement. */
  exchange(instance: string, own: readonly OwnBucket[], sinceBucket: number): Promise<readonly OthersBucket[]>;
  /** Long buckets of offers, of all processes, from a moment on. */
  history(offerIds: readonly string[], sinceMs: number): Promise<readonly OthersBucket[]>;
  forgetOld(nowMs: number): Promise<void>;
}

export function createObservationRows(database: Queryable): ObservationRows {
  return {
    exchange: async (instance, own, sinceBucket) => {
      const rows = await database.query<BucketRow & Record<string, unknown>>({
        name: 'health-exchange',
        text: `WITH put AS (
                 INSERT INTO health.observations (instance, width_seconds, bucket, offer_id, credential_id, data)
                 SELECT $1, * FROM unnest($2::smallint[], $3::bigint[], $4::text[], $5::text[], $6::jsonb[]) AS own
                 ON CONFLICT (width_seconds, bucket, offer_id, credential_id, instance) DO UPDATE SET data = EXCLUDED.data
               )
               SELECT offer_id, credential_id, instance, bucket, data FROM health.observations
               WHERE width_seconds = ${WIDTH_SECONDS.short} AND bucket >= $7 AND instance <> $1
               ORDER BY bucket DESC LIMIT ${MOST_ROWS}`,
        values: [
          instance,
          own.map(({ width }) => WIDTH_SECONDS[width]),
          own.map(({ number }) => number),
          own.map(({ offerId }) => offerId),
          own.map(({ credentialId }) => credentialId ?? ''),
          own.map(({ bucket }) => JSON.stringify(bucket)),
          sinceBucket,
        ],
      });
      return rows.map(toOthersBucket);
    },
    history: async (offerIds, sinceMs) => {
      const rows = await database.query<BucketRow & Record<string, unknown>>({
        name: 'health-history',
        text: `SELECT offer_id, credential_id, instance, bucket, data FROM health.observations
               WHERE width_seconds = ${WIDTH_SECONDS.long} AND offer_id = ANY ($1) AND bucket >= $2`,
        values: [offerIds, bucketNumber(sinceMs, LONG_BUCKET_MS)],
      });
      return rows.map(toOthersBucket);
    },
    forgetOld: async (nowMs) => {
      await database.query({
        name: 'health-observations-forget',
        text: `DELETE FROM health.observations
               WHERE (width_seconds = ${WIDTH_SECONDS.short} AND bucket < $1) OR (width_seconds = ${WIDTH_SECONDS.long} AND bucket < $2)`,
        values: [firstBucket(nowMs) - 1, bucketNumber(nowMs - HISTORY_MS, LONG_BUCKET_MS) - 1],
      });
    },
  };
}

function toOthersBucket(row: BucketRow): OthersBucket {
  return {
    offerId: row.offer_id,
    ...(row.credential_id !== '' && { credentialId: row.credential_id }),
    instance: row.instance,
    number: Number(row.bucket),
    bucket: row.data,
  };
}
