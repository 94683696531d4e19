import { z } from 'zod';
import type { TimeBucket, UsageGroup } from '../../workflows/contracts/usage-reports.js';
import type { BucketRange } from './usage-query.js';

// The shape of OpenAI's reports: a page of buckets, each with its results.

/** What a result is grouped by; null for what it is not grouped by, and for requests that have none. Ours are the last three. */
export const groupFields = {
  project_id: z.string().nullable(),
  user_id: z.string().nullable(),
  api_key_id: z.string().nullable(),
  model: z.string().nullable(),
  batch: z.boolean().nullable(),
  vendor: z.string().nullable(),
  /** The project's own team, as it was when the request was made; not those above it. */
  team_id: z.string().nullable(),
  tags: z.record(z.string(), z.string().nullable()),
};

export function renderGroup(group: UsageGroup) {
  const tags = Object.entries(group).filter(([dimension]) => dimension.startsWith('tag:'));
  return {
    project_id: group.project_id ?? null,
    user_id: group.user_id ?? null,
    api_key_id: group.api_key_id ?? null,
    model: group.model ?? null,
    batch: group.batch == null ? null : group.batch === 'true',
    vendor: group.vendor ?? null,
    team_id: group.team_id ?? null,
    tags: Object.fromEntries(tags.map(([dimension, value]) => [dimension.slice('tag:'.length), value ?? null])),
  };
}

export function bucketPageSchema<T extends z.ZodType>(result: T) {
  const bucket = z.object({
    object: z.literal('bucket'),
    start_time: z.int(),
    end_time: z.int(),
    results: z.array(result),
  });
  return z.object({
    object: z.literal('page'),
    data: z.array(bucket),
    has_more: z.boolean(),
    next_page: z.string().nullable(),
  });
}

/** Every bucket of the range, also those in which nothing was used. */
export function renderBuckets<R extends { readonly bucket: number }, W>(
  { buckets, nextPage }: BucketRange,
  results: readonly R[],
  render: (result: R) => W,
) {
  const rendered = buckets.map((): W[] => []);
  for (const result of results) rendered[result.bucket]?.push(render(result));
  const renderBucket = ({ from, until }: TimeBucket, index: number) => ({
    object: 'bucket' as const,
    start_time: from,
    end_time: until,
    results: rendered[index] ?? [],
  });
  return {
    object: 'page' as const,
    data: buckets.map(renderBucket),
    has_more: nextPage !== null,
    next_page: nextPage,
  };
}
