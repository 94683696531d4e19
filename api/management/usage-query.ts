import { z } from 'zod';
import type { KeyMode } from '../../workflows/contracts/access.js';
import type { TimeBucket, UsageDimension, UsageFilter } from '../../workflows/contracts/usage-reports.js';
import { type BucketWidth, timeBuckets } from '../../workflows/domain/time-buckets.js';
import { refused } from '../http/refused-error.js';
import { nextPage, readPage } from './bucket-page.js';
import { idSchema } from './schemas.js';

// What all reports over time are asked by: a stretch of time in buckets, filters, and what to group by.

/** Seconds since 1970, to the end of the year 9999, beyond which Postgres and JavaScript write years differently. */
export const secondsSchema = z.coerce.number().int().min(0).max(253_402_300_799);

const MAX_LISTED = 100;
const MAX_GROUPS = 8;

export const filterFields = {
  project_ids: z.array(idSchema).max(MAX_LISTED).optional(),
  user_ids: z.array(idSchema).max(MAX_LISTED).optional(),
  api_key_ids: z.array(idSchema).max(MAX_LISTED).optional(),
  /** As `GET /v1/models` lists them, or vendors' own names. */
  models: z.array(z.string().min(1).max(200)).max(MAX_LISTED).optional(),
  batch: z.enum(['true', 'false']).optional(),
  /** Of the keys that were used; both where it is absent. */
  mode: z.enum(['live', 'test']).optional(),
};

export const dimensions = ['project_id', 'user_id', 'api_key_id', 'model', 'batch', 'vendor', 'team_id'] as const;

/** Fields to group by: the named ones, and `tag:NAME` for any tag. */
export function groupBySchema<T extends string>(names: readonly T[]) {
  const isKnown = (name: string): name is T | `tag:${string}` =>
    /^tag:.{1,64}$/su.test(name) || (names as readonly string[]).includes(name);
  const message = `expected one of '${names.join("', '")}', or 'tag:NAME' for the tag of that name`;
  return z.array(z.string().refine(isKnown, { message })).max(MAX_GROUPS).default([]);
}

export const rangeFields = {
  start_time: secondsSchema,
  /** Not included; the present where it is absent. */
  end_time: secondsSchema.optional(),
  limit: z.coerce.number().int().min(1).optional(),
  page: z.string().max(500).optional(),
};

/** How many buckets an answer has where the query does not say, and at most. */
export type BucketLimits = { readonly [W in BucketWidth]?: { readonly usual: number; readonly most: number } };

interface RangeQuery {
  readonly start_time: number;
  readonly end_time?: number | undefined;
  readonly limit?: number | undefined;
  readonly page?: string | undefined;
  readonly bucket_width: BucketWidth;
}

export interface BucketRange {
  readonly buckets: readonly TimeBucket[];
  readonly nextPage: string | null;
}

/** The buckets of one answer. `report` and the organisation are part of what a page's cursor is made for. */
export function bucketRange(query: RangeQuery, limits: BucketLimits, made: readonly string[]): BucketRange {
  const { page, limit: _limit, ...lasting } = query;
  const whole = { from: query.start_time, until: query.end_time ?? endOfNow(query.bucket_width) };
  if (query.end_time !== undefined && query.end_time <= query.start_time) {
    throw refused('invalid_request', "Invalid 'end_time': it must be after 'start_time'.", { param: 'end_time' });
  }
  const cursorOf = [...made, lasting];
  const stretch = page === undefined ? whole : readPage(page, cursorOf, whole);
  const { buckets, next } = timeBuckets(stretch, query.bucket_width, bucketLimit(query, limits));
  return { buckets, nextPage: next === undefined ? null : nextPage({ ...stretch, from: next }, cursorOf) };
}

function bucketLimit({ limit, bucket_width: width }: RangeQuery, limits: BucketLimits): number {
  const { usual, most } = limits[width] ?? { usual: 1, most: 1 };
  if (limit !== undefined && limit > most) {
    const message = `Invalid 'limit': expected a number of at most ${most} for buckets of ${width}, but got ${limit}.`;
    throw refused('invalid_request', message, { param: 'limit' });
  }
  return limit ?? usual;
}

/** The bucket of this moment is told whole, as if it were over. */
function endOfNow(width: BucketWidth): number {
  const now = Date.now() / 1_000;
  return timeBuckets({ from: now, until: Number.MAX_SAFE_INTEGER }, width, 1).buckets[0]?.until ?? now;
}

interface FilterQuery {
  readonly project_ids?: readonly string[] | undefined;
  readonly user_ids?: readonly string[] | undefined;
  readonly api_key_ids?: readonly string[] | undefined;
  readonly models?: readonly string[] | undefined;
  readonly batch?: 'true' | 'false' | undefined;
  readonly mode?: KeyMode | undefined;
}

export function toFilter(query: FilterQuery): UsageFilter {
  return {
    ...(query.project_ids && { projectIds: query.project_ids }),
    ...(query.user_ids && { userIds: query.user_ids }),
    ...(query.api_key_ids && { keyIds: query.api_key_ids }),
    ...(query.models && { models: query.models }),
    ...(query.batch && { batch: query.batch === 'true' }),
    ...(query.mode && { mode: query.mode }),
  };
}

/** What is grouped by, each once. */
export function toDimensions(groupBy: readonly UsageDimension[]): readonly UsageDimension[] {
  return [...new Set(groupBy)];
}
