import type { UsageRecord, UsageRecordQuery, UsageReports } from '../../workflows/contracts/usage-reports.js';
import { UNITS } from '../../workflows/domain/units.js';
import { csvLine, type CsvCell } from './csv.js';
import { renderUsageRecord } from './usage-record.js';

const PAGE = 1_000;

/**
 * The records as a table, a page of them in memory at a time: all that the query matches, or the first `most`. The first page
 * is read before anything is sent, so that what is refused is refused with a status. Lists and tags are JSON in their cells.
 */
export async function usageRecordTable(
  usage: Pick<UsageReports, 'records'>,
  organizationId: string,
  query: UsageRecordQuery,
  most = Number.POSITIVE_INFINITY,
): Promise<AsyncIterable<string>> {
  const read = (after: string | undefined, left: number) =>
    usage.records(organizationId, { ...query, ...(after !== undefined && { after }), limit: Math.min(PAGE, left) });
  const first = await read(query.after, most);
  return (async function* () {
    yield csvLine(header());
    let left = most;
    for (let page = first; ; page = await read(page.data.at(-1)?.requestId, left)) {
      for (const record of page.data) yield csvLine(cells(record));
      left -= page.data.length;
      if (!page.hasMore || left <= 0) return;
    }
  })();
}

const plainColumns = [
  'id',
  'ended_at',
  'project_id',
  'team_ids',
  'user_id',
  'service_account_id',
  'api_key_id',
  'mode',
  'kind',
  'stream',
  'batch',
  'models',
  'model',
  'vendor',
  'vendor_model',
  'attempts',
  'outcome',
  'failure',
  'refusal',
  'usage_source',
  'latency_ms',
  'first_token_ms',
  'duration_ms',
  'cost_usd',
  'upstream_cost_usd',
  'held_usd',
  'is_byok',
  'credential_id',
  'vendor_stated_usd',
] as const satisfies readonly (keyof ReturnType<typeof renderUsageRecord>)[];

function header(): readonly string[] {
  // Every unit has a column, used or not, so that tables of two months have the same columns.
  return [...plainColumns, ...UNITS, 'tags'];
}

function cells(record: UsageRecord): readonly CsvCell[] {
  const rendered = { ...renderUsageRecord(record), ended_at: record.endedAt };
  const plain = plainColumns.map((column) => {
    const value = rendered[column];
    return Array.isArray(value) ? JSON.stringify(value) : value;
  });
  return [...plain, ...UNITS.map((unit) => rendered.units[unit]), JSON.stringify(rendered.tags)];
}
