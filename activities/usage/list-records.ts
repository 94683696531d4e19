import type { Page } from '../../workflows/contracts/access.js';
import type { UsageRecord, UsageRecordQuery } from '../../workflows/contracts/usage-reports.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { filterConditions, parameters, type Parameters } from './usage-conditions.js';
import { toUsageRecord, usageRecordColumns, type UsageRecordRow } from './usage-record-rows.js';

/** A page of an organisation's records, by the time at which requests ended and their ids. */
export async function listRecords(
  database: Queryable,
  organizationId: string,
  query: UsageRecordQuery,
): Promise<Page<UsageRecord>> {
  const { after, before, order, limit } = query;
  const of = parameters();
  const where = [`u.organization_id = ${of.add(organizationId)}`, ...recordConditions(query, of)];
  const isAscending = order === 'asc';
  for (const [param, cursor] of Object.entries({ after, before })) {
    if (cursor === undefined) continue;
    await checkCursor(database, organizationId, param, cursor);
    const sign = (param === 'after') === isAscending ? '>' : '<';
    where.push(
      `(u.ended_at, u.request_id) ${sign} (SELECT c.ended_at, c.request_id FROM usage.records c WHERE c.request_id = ${of.add(cursor)})`,
    );
  }
  // A page before something is read backwards from there, and turned round.
  const isBackwards = before !== undefined && after === undefined;
  const direction = isAscending === isBackwards ? 'DESC' : 'ASC';
  const rows = await database.query<UsageRecordRow>({
    text: `SELECT ${usageRecordColumns} FROM usage.records u WHERE ${where.join(' AND ')}
           ORDER BY u.ended_at ${direction}, u.request_id ${direction} LIMIT ${of.add(limit + 1)}`,
    values: of.values,
  });
  const page = rows.slice(0, limit).map(toUsageRecord);
  return { data: isBackwards ? page.reverse() : page, hasMore: rows.length > limit };
}

function recordConditions(query: UsageRecordQuery, of: Parameters): readonly string[] {
  const { from, until, outcomes, tags } = query;
  return [
    ...filterConditions(query, of),
    ...(from ? [`u.ended_at >= ${of.add(from)}::timestamptz`] : []),
    ...(until ? [`u.ended_at < ${of.add(until)}::timestamptz`] : []),
    ...(outcomes ? [`u.outcome = ANY (${of.add(outcomes)}::text[])`] : []),
    ...(tags ? [`u.tags @> ${of.add(JSON.stringify(tags))}::jsonb`] : []),
  ];
}

/** Without it, a cursor that retention has outlived would look like the end of the list. */
async function checkCursor(
  database: Queryable,
  organizationId: string,
  param: string,
  requestId: string,
): Promise<void> {
  const rows = await database.query({
    name: 'usage-cursor',
    text: 'SELECT 1 FROM usage.records WHERE request_id = $1 AND organization_id = $2',
    values: [requestId, organizationId],
  });
  if (rows.length > 0) return;
  const message = `There is no usage record of the request '${requestId}'. Use an id of the page before, or begin anew.`;
  throw refuse('invalid_request', message, { param });
}
