import { z } from 'zod';
import type { CostResult, UsageDimension } from '../../workflows/contracts/usage-reports.js';
import { toUsd } from '../usd.js';
import { endpoint } from './endpoint.js';
import { usdSchema } from './schemas.js';
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

type Named = (typeof costDimensions)[number] | `tag:${string}`;

const costDimensions = [...dimensions, 'line_item'] as const;

const costQuerySchema = z.strictObject({
  ...rangeFields,
  ...filterFields,
  bucket_width: z.enum(['1d']).default('1d'),
  group_by: groupBySchema(costDimensions),
});

/** OpenAI's. */
const bucketLimits = { '1d': { usual: 7, most: 180 } };

const costSchema = z.object({
  object: z.literal('organization.costs.result'),
  /** `value` is the double nearest to the exact amount, which is `value_usd`. */
  amount: z.object({ value: z.number(), currency: z.literal('usd'), value_usd: usdSchema }),
  /** The model that was paid for; null where costs are not grouped by it. */
  line_item: z.string().nullable(),
  /** Of a line item: how many requests it stands for. */
  quantity: z.int().nullable(),
  ...groupFields,
});

export const costEndpoints = [
  endpoint({
    ...{ method: 'GET', path: '/v1/organization/costs', id: 'usage-costs', tag: 'Usage' },
    summary: 'What the organisation was charged over time; the sum is what the ledger charged, to the last unit.',
    permission: 'usage.read',
    query: costQuerySchema,
    response: bucketPageSchema(costSchema),
    handle: async ({ usage }, { by, query }) => {
      const range = bucketRange(query, bucketLimits, [by.organizationId, 'costs']);
      const groupBy = toDimensions(query.group_by.map(toDimension));
      const asked = { buckets: range.buckets, groupBy, filter: toFilter(query) };
      const results = await usage.costs(by.organizationId, asked);
      return renderBuckets(range, results, (result) => renderCost(result, query.group_by));
    },
  }),
];

/** A request is charged as a whole, rounded once: its line item is the model that answered. */
function toDimension(name: Named): UsageDimension {
  return name === 'line_item' ? 'model' : name;
}

function renderCost({ group, requests, costNanoUsd }: CostResult, groupBy: readonly Named[]) {
  const exact = toUsd(costNanoUsd);
  const isItemized = groupBy.includes('line_item');
  return {
    object: 'organization.costs.result' as const,
    amount: { value: Number(exact), currency: 'usd' as const, value_usd: exact },
    line_item: isItemized ? (group.model ?? null) : null,
    quantity: isItemized ? requests : null,
    ...renderGroup(groupBy.includes('model') ? group : { ...group, model: null }),
  };
}
