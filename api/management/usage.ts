import { z } from 'zod';
import type { UsageReport, UsageResult } from '../../workflows/contracts/usage-reports.js';
import { endpoint } from './endpoint.js';
import { usageCounts } from './usage-counts.js';
import {
  bucketRange,
  dimensions,
  filterFields,
  groupBySchema,
  rangeFields,
  toDimensions,
  toFilter,
} from './usage-query.js';
import { bucketPageSchema, groupFields, renderBuckets, renderGroup } from './usage-results.js';

const usageQuerySchema = z.strictObject({
  ...rangeFields,
  ...filterFields,
  bucket_width: z.enum(['1m', '1h', '1d']).default('1d'),
  group_by: groupBySchema(dimensions),
});

/** OpenAI's. */
const bucketLimits = {
  '1m': { usual: 60, most: 1_440 },
  '1h': { usual: 24, most: 168 },
  '1d': { usual: 7, most: 31 },
};

/** The reports by the last part of their path, which is not always the name of what they give. */
const reports: readonly { readonly path: string; readonly report: UsageReport; readonly of: string }[] = [
  { path: 'completions', report: 'completions', of: 'tokens of text models' },
  { path: 'embeddings', report: 'embeddings', of: 'tokens of embeddings' },
  { path: 'moderations', report: 'moderations', of: 'tokens of moderations' },
  { path: 'images', report: 'images', of: 'images' },
  { path: 'audio_speeches', report: 'audio_speeches', of: 'characters that were spoken' },
  { path: 'audio_transcriptions', report: 'audio_transcriptions', of: 'seconds that were transcribed' },
  { path: 'web_search_calls', report: 'web_searches', of: 'web searches' },
];

/** What was used over time, in OpenAI's shapes; refused requests, which asked no vendor, are not in it. */
export const usageEndpoints = reports.map(({ path, report, of }) => {
  const { fields, count } = usageCounts[report];
  const object = `organization.usage.${report}.result` as const;
  const resultSchema = z.object({
    object: z.literal(object),
    num_model_requests: z.int(),
    ...fields,
    ...groupFields,
  });
  const render = ({ group, requests, units }: UsageResult) => ({
    object,
    ...{ num_model_requests: requests, ...count(units) },
    ...renderGroup(group),
  });
  return endpoint({
    ...{
      method: 'GET',
      path: `/v1/organization/usage/${path}`,
      id: `usage-${path.replaceAll('_', '-')}`,
      tag: 'Usage',
    },
    summary: `What the organisation used over time: ${of}.`,
    permission: 'usage.read',
    query: usageQuerySchema,
    response: bucketPageSchema(resultSchema),
    handle: async ({ usage }, { by, query }) => {
      const range = bucketRange(query, bucketLimits, [by.organizationId, report]);
      const groupBy = toDimensions(query.group_by);
      const asked = { buckets: range.buckets, groupBy, filter: toFilter(query) };
      return renderBuckets(range, await usage.usage(by.organizationId, report, asked), render);
    },
  });
});
