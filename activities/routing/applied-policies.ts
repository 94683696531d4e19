import type { AppliedPolicy } from '../../workflows/contracts/routing-policies.js';
import type { Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';

export const routingChangeChannelName = 'sluice_routing_changed';

/** Changes are announced; looking again after a while covers an announcement that got lost. */
const trustMs = 60_000;
const maxRemembered = 10_000;

interface AppliedRow {
  readonly id: string;
  readonly project_id: string | null;
  readonly version: number;
  readonly definition: AppliedPolicy['definition'];
}

/** What the requests of an organisation go by, with the project that each policy is of, if it is of one. */
type Applied = readonly { readonly projectId: string | null; readonly policy: AppliedPolicy }[];

/**
 * An organisation's active policies are few and change seldom: they are read once, and again after each announcement. Throws
 * where they are not known and the database is away: no clause is passed over.
 */
export function createAppliedPolicies(deps: {
  readonly database: Queryable;
  readonly notifications: Notifications;
}): (organizationId: string, projectId: string) => Promise<readonly AppliedPolicy[]> {
  const memory = new Map<string, { readonly read: Promise<Applied>; readonly atMs: number }>();

  deps.notifications.on(routingChangeChannelName, (organizationId) => {
    if (organizationId) memory.delete(organizationId);
    else memory.clear();
  });

  const ask = (organizationId: string): Promise<Applied> => {
    const read = readApplied(deps.database, organizationId);
    const [oldest] = memory.keys();
    if (memory.size >= maxRemembered && oldest !== undefined) memory.delete(oldest);
    // The promise itself, so that many at once ask one question; an announcement in the meantime takes it away again.
    memory.set(organizationId, { read, atMs: performance.now() });
    read.catch(() => {
      if (memory.get(organizationId)?.read === read) memory.delete(organizationId);
    });
    return read;
  };

  return async (organizationId, projectId) => {
    const known = memory.get(organizationId);
    const isFresh = known !== undefined && performance.now() - known.atMs < trustMs;
    const applied = await (isFresh ? known.read : ask(organizationId));
    return applied.filter((one) => one.projectId === null || one.projectId === projectId).map(({ policy }) => policy);
  };
}

async function readApplied(database: Queryable, organizationId: string): Promise<Applied> {
  const rows = await database.query<AppliedRow & Record<string, unknown>>({
    name: 'routing-applied',
    text: `SELECT p.id, p.project_id, v.version, v.definition
           FROM routing.policies p
           JOIN routing.policy_versions v ON v.policy_id = p.id AND v.version = p.active_version
           WHERE p.organization_id = $1 AND p.active_version IS NOT NULL
           ORDER BY p.project_id NULLS FIRST`,
    values: [organizationId],
  });
  return rows.map(({ id, project_id: projectId, version, definition }) => ({
    projectId,
    policy: { scope: projectId === null ? 'organization' : 'project', policyId: id, version, definition },
  }));
}
