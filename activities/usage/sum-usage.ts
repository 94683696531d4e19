import type {
  CostResult,
  SummedUnit,
  UsageDimension,
  UsageGroup,
  UsageQuery,
  UsageReport,
  UsageResult,
} from '../../workflows/contracts/usage-reports.js';
import { formatNano } from '../../workflows/domain/money.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { reportKinds } from './report-kinds.js';
import { filterConditions, parameters, type Parameters } from './usage-conditions.js';

/** Tags can have as many values as there are requests; an answer of more groups than this would be nobody's report. */
const mostResults = 20_000;

const summedUnits = [
  'input',
  'input_cached_read',
  'input_cache_write_5m',
  'input_cache_write_1h',
  'input_audio',
  'input_image',
  'output',
  'output_reasoning',
  'output_audio',
  'output_image',
  'images',
  'searches',
  'characters',
  'audio_seconds',
] as const satisfies readonly SummedUnit[];

/** The nearest team, so that every request is in one group and the groups add up to the whole. */
const dimensions: { readonly [D in Exclude<UsageDimension, `tag:${string}`>]: string } = {
  project_id: 'u.project_id',
  user_id: 'u.user_id',
  api_key_id: 'u.key_id',
  model: 'u.offer_id',
  vendor: 'u.vendor',
  team_id: 'u.team_ids[1]',
  batch: 'u.batch::text',
};

type Sums = { readonly [column: string]: unknown; readonly bucket: number; readonly requests: bigint };

export async function sumUsage(
  database: Queryable,
  organizationId: string,
  report: UsageReport,
  query: UsageQuery,
): Promise<readonly UsageResult[]> {
  const kinds = reportKinds[report];
  const of = parameters();
  const condition = kinds === 'everything' ? 'u.searches > 0' : `u.kind = ANY (${of.add(kinds)}::text[])`;
  const sums = summedUnits.map((unit) => `coalesce(sum(u.${unit}), 0)::bigint AS ${unit}`);
  const rows = await sumRecords(database, organizationId, query, of, [condition], sums);
  return rows.map((row) => ({
    ...head(row, query),
    units: Object.fromEntries(summedUnits.map((unit) => [unit, Number(row[unit])])) as UsageResult['units'],
  }));
}

export async function sumCosts(
  database: Queryable,
  organizationId: string,
  query: UsageQuery,
): Promise<readonly CostResult[]> {
  const rows = await sumRecords(database, organizationId, query, parameters(), [], ['sum(u.cost)::bigint AS cost']);
  return rows.map((row) => ({ ...head(row, query), costNanoUsd: formatNano(row['cost'] as bigint) }));
}

function head(row: Sums, { groupBy }: UsageQuery): { bucket: number; group: UsageGroup; requests: number } {
  const group = Object.fromEntries(
    groupBy.map((dimension, index) => [dimension, row[`group_${index}`] as string | null]),
  );
  return { bucket: row.bucket, group, requests: Number(row.requests) };
}

/** Refused requests asked no vendor and used nothing: no report counts them. */
async function sumRecords(
  database: Queryable,
  organizationId: string,
  { buckets, groupBy, filter }: UsageQuery,
  of: Parameters,
  conditions: readonly string[],
  sums: readonly string[],
): Promise<readonly Sums[]> {
  if (buckets.length === 0) return [];
  const starts = of.add(buckets.map(({ from }) => new Date(from * 1_000)));
  const until = of.add(new Date((buckets.at(-1)?.until ?? 0) * 1_000));
  const groups = groupBy.map((dimension, index) => `${expression(dimension, of)} AS group_${index}`);
  const where = [
    `u.organization_id = ${of.add(organizationId)}`,
    `u.ended_at >= (${starts}::timestamptz[])[1] AND u.ended_at < ${until}::timestamptz`,
    'u.attempts > 0',
    ...conditions,
    ...filterConditions(filter, of),
  ];
  const rows = await database.query<Sums>({
    text: `SELECT width_bucket(u.ended_at, ${starts}::timestamptz[]) - 1 AS bucket, count(*) AS requests,
                  ${[...groups, ...sums].join(', ')}
           FROM usage.records u WHERE ${where.join(' AND ')}
           GROUP BY ${[1, ...groupBy.map((_, index) => index + 3)].join(', ')}
           ORDER BY ${[1, ...groupBy.map((_, index) => index + 3)].join(', ')} LIMIT ${mostResults + 1}`,
    values: of.values,
  });
  if (rows.length > mostResults) throw tooMany();
  return rows;
}

function expression(dimension: UsageDimension, { add }: Parameters): string {
  if (isTag(dimension)) return `u.tags->>${add(dimension.slice('tag:'.length))}::text`;
  return dimensions[dimension];
}

function isTag(dimension: UsageDimension): dimension is `tag:${string}` {
  return dimension.startsWith('tag:');
}

function tooMany(): Error {
  const message = `The answer has more than ${mostResults} results. Ask for fewer buckets with 'limit', or group by less.`;
  return refuse('invalid_request', message, { param: 'group_by' });
}
