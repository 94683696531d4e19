import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type {
  NewRateLimit,
  ProjectRateLimit,
  RateLimit,
  RateLimitQuery,
  RateLimitRules,
} from '../../workflows/contracts/rate-limits.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database, Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import { requireProject } from '../storage/require-project.js';
import { limitColumns, type LimitRow, toRateLimit } from './limit-rows.js';
import { listProjectLimits, toLimits, updateProjectLimit } from './project-limits.js';
import { requireScope } from './scope-rows.js';

export interface RateLimitRulesDependencies {
  readonly database: Database;
  readonly audit: Pick<AuditTrail, 'entry'>;
}

/** The rules that rate limits go by, and who may see and change them: an organisation its own. */
export function createRateLimitRules(deps: RateLimitRulesDependencies): RateLimitRules {
  const { database, audit } = deps;
  return {
    create: (by, limit) =>
      database.transaction(async (transaction) => {
        const projectId = await requireScope(transaction, by.organizationId, limit.scope);
        const created = await insert(transaction, by.organizationId, limit);
        await transaction.query(
          audit.entry(by, {
            ...{ type: 'limit.created', objectId: created.id, after: shown(created) },
            ...(projectId !== undefined && { projectId }),
          }),
        );
        return created;
      }),
    get: (organizationId, id) => find(database, organizationId, id),
    list: (organizationId, query) => list(database, organizationId, query),
    modify: (by, id, amount) =>
      database.transaction(async (transaction) => {
        const before = await find(transaction, by.organizationId, id, 'FOR UPDATE');
        const after = { ...before, amount };
        await transaction.query({ text: 'UPDATE limits.rules SET amount = $2 WHERE id = $1', values: [id, amount] });
        await transaction.query(
          audit.entry(by, { type: 'rate_limit.updated', objectId: id, before: shown(before), after: shown(after) }),
        );
        return after;
      }),
    remove: (by, id) =>
      database.transaction(async (transaction) => {
        const before = await find(transaction, by.organizationId, id, 'FOR UPDATE');
        await transaction.query({ text: 'UPDATE limits.rules SET removed_at = now() WHERE id = $1', values: [id] });
        await transaction.query(audit.entry(by, { type: 'rate_limit.deleted', objectId: id, before: shown(before) }));
      }),
    listForProject: async (organizationId, projectId, query) => {
      await requireProject(database, organizationId, projectId);
      return listProjectLimits(database, projectId, query);
    },
    updateForProject: (by, projectId, id, amounts) =>
      database.transaction(async (transaction) => {
        await requireProject(transaction, by.organizationId, projectId);
        const { before, after } = await updateProjectLimit(transaction, by.organizationId, projectId, id, amounts);
        const change = { type: 'rate_limit.updated', objectId: id, projectId };
        await transaction.query(
          audit.entry(by, { ...change, before: shownOfProject(before), after: shownOfProject(after) }),
        );
        return after;
      }),
  };
}

/** What the audit log says of a limit. */
function shown({ scope, model, unit, period, amount }: RateLimit): JsonObject {
  return { scope: { ...scope }, model: model ?? null, unit, period: period ?? null, amount };
}

function shownOfProject({ model, amounts }: ProjectRateLimit): JsonObject {
  return { model: model ?? null, limits: toLimits(amounts).map((limit) => ({ ...limit })) };
}

async function insert(transaction: Queryable, organizationId: string, limit: NewRateLimit): Promise<RateLimit> {
  const { scope, model, unit, period, amount } = limit;
  const [row] = await transaction.query<LimitRow & Record<string, unknown>>({
    text: `INSERT INTO limits.rules (id, organization_id, scope_type, scope_id, model, unit, period, amount)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING ${limitColumns}`,
    values: [newId('limit'), organizationId, scope.type, scope.id, model ?? null, unit, period ?? null, amount],
  });
  if (row) return toRateLimit(row);
  throw refuse('limit_exists');
}

async function find(
  database: Queryable,
  organizationId: string,
  id: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<RateLimit> {
  const [row] = await database.query<LimitRow & Record<string, unknown>>({
    text: `SELECT ${limitColumns} FROM limits.rules WHERE organization_id = $1 AND id = $2 AND removed_at IS NULL ${lock}`,
    values: [organizationId, id],
  });
  if (row) return toRateLimit(row);
  throw refuse('limit_not_found');
}

function list(database: Queryable, organizationId: string, query: RateLimitQuery) {
  const { scopeType, scopeId, model, unit } = query;
  return readPage<LimitRow & Record<string, unknown>, RateLimit>(
    database,
    {
      rows: {
        text: `SELECT ${limitColumns} FROM limits.rules
               WHERE organization_id = $1 AND removed_at IS NULL
                 AND ($2::text IS NULL OR scope_type = $2) AND ($3::text IS NULL OR scope_id = $3)
                 AND ($4::text IS NULL OR model = $4) AND ($5::text IS NULL OR unit = $5)`,
        values: [organizationId, scopeType ?? null, scopeId ?? null, model ?? null, unit ?? null],
      },
      cursors: { text: 'SELECT id, created_at FROM limits.rules WHERE organization_id = $1', values: [organizationId] },
      toItem: toRateLimit,
    },
    query,
  );
}
