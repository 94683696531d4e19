import type { Page, PageQuery } from '../../workflows/contracts/access.js';
import type {
  ProjectRateLimit,
  ProjectRateLimitField,
  RateLimitPeriod,
  RateLimitUnit,
} from '../../workflows/contracts/rate-limits.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';

// OpenAI has one object for a project and a model, with a field for each limit; here each limit is a row.

const fields: {
  readonly [F in ProjectRateLimitField]: { readonly unit: RateLimitUnit; readonly period: RateLimitPeriod };
} = {
  requestsPerMinute: { unit: 'requests', period: 'minute' },
  tokensPerMinute: { unit: 'tokens', period: 'minute' },
  imagesPerMinute: { unit: 'images', period: 'minute' },
  requestsPerDay: { unit: 'requests', period: 'day' },
};
const fieldNames = Object.keys(fields) as readonly ProjectRateLimitField[];

/** The id of such an object is made of what it is for, so that it stays the same whichever of its limits come and go. */
const groupId = `'rl_' || left(encode(sha256(convert_to(scope_id || E'\\n' || coalesce(model, ''), 'UTF8')), 'hex'), 24)`;

/** Removed limits count for when a group was made, so that its place in the list stays the same. */
const groups = `
  SELECT ${groupId} AS id, model, min(created_at) AS created_at, bool_or(removed_at IS NULL) AS is_present,
         jsonb_object_agg(unit || ' ' || period, amount) FILTER (WHERE removed_at IS NULL) AS amounts
  FROM limits.rules
  WHERE scope_type = 'project' AND scope_id = $1 AND (unit, period) IN (${fieldNames
    .map((name) => `('${fields[name].unit}', '${fields[name].period}')`)
    .join(', ')})
  GROUP BY scope_id, model`;

interface GroupRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly model: string | null;
  readonly amounts: { readonly [unitAndPeriod: string]: number } | null;
}

export function listProjectLimits(
  database: Queryable,
  projectId: string,
  query: PageQuery,
): Promise<Page<ProjectRateLimit>> {
  const list = {
    rows: { text: `SELECT * FROM (${groups}) AS grouped WHERE is_present`, values: [projectId] },
    cursors: { text: groups, values: [projectId] },
    toItem: toProjectLimit,
  };
  return readPage<GroupRow, ProjectRateLimit>(database, list, query);
}

/** Throws `limit_not_found` where the project has no limit of this id. */
export async function updateProjectLimit(
  transaction: Queryable,
  organizationId: string,
  projectId: string,
  id: string,
  amounts: { readonly [F in ProjectRateLimitField]?: number | null },
): Promise<{ readonly before: ProjectRateLimit; readonly after: ProjectRateLimit }> {
  // Two updates at once would each miss what the other adds.
  await transaction.query({
    text: 'SELECT 1 FROM tenancy.projects WHERE id = $1 FOR NO KEY UPDATE',
    values: [projectId],
  });
  const before = await findGroup(transaction, projectId, id);
  for (const name of fieldNames) {
    const amount = amounts[name];
    if (amount === undefined) continue;
    const { unit, period } = fields[name];
    const place = [organizationId, projectId, before.model ?? null, unit, period];
    await transaction.query(amount === null ? removal(place) : upsert(place, amount));
  }
  const after = await readGroup(transaction, projectId, id);
  return { before, after: after ?? { ...before, amounts: {} } };
}

function removal(place: readonly unknown[]) {
  return {
    text: `UPDATE limits.rules SET removed_at = now()
           WHERE organization_id = $1 AND scope_type = 'project' AND scope_id = $2 AND model IS NOT DISTINCT FROM $3
             AND unit = $4 AND period = $5 AND removed_at IS NULL`,
    values: place,
  };
}

function upsert(place: readonly unknown[], amount: number) {
  return {
    text: `INSERT INTO limits.rules (organization_id, scope_type, scope_id, model, unit, period, id, amount)
           VALUES ($1, 'project', $2, $3, $4, $5, $6, $7)
           ON CONFLICT (organization_id, scope_type, scope_id, coalesce(model, ''), unit, coalesce(period, ''))
             WHERE removed_at IS NULL
           DO UPDATE SET amount = EXCLUDED.amount`,
    values: [...place, newId('limit'), amount],
  };
}

async function findGroup(transaction: Queryable, projectId: string, id: string): Promise<ProjectRateLimit> {
  const group = await readGroup(transaction, projectId, id);
  if (group) return group;
  throw refuse('limit_not_found', 'There is no rate limit of this id in this project.');
}

async function readGroup(database: Queryable, projectId: string, id: string): Promise<ProjectRateLimit | undefined> {
  const [row] = await database.query<GroupRow>({
    text: `SELECT * FROM (${groups}) AS grouped WHERE is_present AND id = $2`,
    values: [projectId, id],
  });
  return row && toProjectLimit(row);
}

/** What the fields stand for, one by one. */
export function toLimits(amounts: ProjectRateLimit['amounts']) {
  return fieldNames.flatMap((name) => {
    const amount = amounts[name];
    return amount === undefined ? [] : [{ ...fields[name], amount }];
  });
}

function toProjectLimit({ id, model, amounts }: GroupRow): ProjectRateLimit {
  const present = fieldNames.flatMap((name) => {
    const amount = amounts?.[`${fields[name].unit} ${fields[name].period}`];
    return amount === undefined ? [] : [[name, amount] as const];
  });
  return { id, ...(model !== null && { model }), amounts: Object.fromEntries(present) };
}
