import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type { JobRule, JobRules } from '../../workflows/contracts/jobs.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database, Queryable } from '../storage/database.js';
import { readPage } from '../storage/page.js';

interface RuleRow {
  readonly scope: string;
  readonly max_running: number | null;
  readonly best_priority: number | null;
  readonly [column: string]: unknown;
}

const columns = 'scope AS id, scope, max_running, best_priority, created_at';

/** What the operator says of the jobs of single organisations, projects and vendors. */
export function createJobRules(deps: {
  readonly database: Database;
  readonly audit: Pick<AuditTrail, 'entry'>;
  readonly vendors: readonly string[];
}): JobRules {
  const { database, audit, vendors } = deps;
  return {
    list: (query) => {
      const rows = { text: `SELECT ${columns} FROM jobs.rules` };
      return readPage(database, { rows, cursors: rows, toItem: toRule }, query);
    },
    set: (by, rule) =>
      database.transaction(async (transaction) => {
        await checkScope(transaction, rule, vendors);
        const [row] = await transaction.query<RuleRow>({
          text: `SELECT ${columns} FROM jobs.rules WHERE scope = $1 FOR UPDATE`,
          values: [rule.scope],
        });
        await write(transaction, rule);
        const entry = { type: 'job_rule.updated', objectId: rule.scope, after: shown(rule) };
        await transaction.query(audit.entry(by, { ...entry, ...(row && { before: shown(toRule(row)) }) }));
        return rule;
      }),
  };
}

async function write(transaction: Queryable, { scope, maxRunning, bestPriority }: JobRule): Promise<void> {
  if (maxRunning === undefined && bestPriority === undefined) {
    await transaction.query({ text: 'DELETE FROM jobs.rules WHERE scope = $1', values: [scope] });
    return;
  }
  await transaction.query({
    text: `INSERT INTO jobs.rules (scope, max_running, best_priority) VALUES ($1, $2, $3)
           ON CONFLICT (scope) DO UPDATE SET max_running = EXCLUDED.max_running, best_priority = EXCLUDED.best_priority`,
    values: [scope, maxRunning ?? null, bestPriority ?? null],
  });
}

/** A rule of what is not there, or that its scope does not know, would change nothing without a word. */
async function checkScope(
  database: Queryable,
  { scope, maxRunning, bestPriority }: JobRule,
  vendors: readonly string[],
): Promise<void> {
  const [kind, id] = [scope.slice(0, scope.indexOf(':')), scope.slice(scope.indexOf(':') + 1)];
  if (kind === 'vendor' && bestPriority !== undefined) throw notOf('best_priority', 'a vendor', 'an organisation');
  if (kind === 'project' && maxRunning !== undefined) throw notOf('max_running', 'a project', 'its organisation');
  const isThere = kind === 'vendor' ? vendors.includes(id) : await exists(database, kind, id);
  if (!isThere) throw refuse('scope_not_found', '', { param: 'scope' });
}

function notOf(param: string, what: string, instead: string): Error {
  return refuse('invalid_request', `'${param}' is no rule of ${what}. Set it of ${instead}.`, { param });
}

async function exists(database: Queryable, kind: string, id: string): Promise<boolean> {
  const rows = await database.query({
    text: `SELECT 1 FROM tenancy.organizations WHERE $1 = 'organization' AND id = $2
           UNION ALL SELECT 1 FROM tenancy.projects WHERE $1 = 'project' AND id = $2`,
    values: [kind, id],
  });
  return rows.length > 0;
}

function toRule({ scope, max_running: maxRunning, best_priority: bestPriority }: RuleRow): JobRule {
  return {
    scope,
    ...(maxRunning !== null && { maxRunning }),
    ...(bestPriority !== null && { bestPriority }),
  };
}

function shown({ maxRunning, bestPriority }: JobRule): JsonObject {
  return { max_running: maxRunning ?? null, best_priority: bestPriority ?? null };
}
