import type { PolicyPlace, RoutingPolicy, RoutingPolicyVersion } from '../../workflows/contracts/routing-policies.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';

export interface PolicyRow {
  readonly id: string;
  readonly project_id: string | null;
  readonly name: string;
  readonly active_version: number | null;
  readonly latest_version: number;
  readonly created_at: Date;
}

export interface VersionRow {
  readonly policy_id: string;
  readonly version: number;
  readonly definition: RoutingPolicyVersion['definition'];
  readonly key_id: string;
  readonly user_id: string | null;
  readonly created_at: Date;
}

export const policyColumns = 'id, project_id, name, active_version, latest_version, created_at';
export const versionColumns = 'policy_id, version, definition, key_id, user_id, created_at';

export function toPolicy(row: PolicyRow): RoutingPolicy {
  return {
    id: row.id,
    name: row.name,
    ...(row.project_id !== null && { projectId: row.project_id }),
    ...(row.active_version !== null && { activeVersion: row.active_version }),
    latestVersion: row.latest_version,
    createdAt: row.created_at.toISOString(),
  };
}

export function toVersion(row: VersionRow): RoutingPolicyVersion {
  return {
    policyId: row.policy_id,
    version: row.version,
    definition: row.definition,
    createdAt: row.created_at.toISOString(),
    keyId: row.key_id,
    ...(row.user_id !== null && { userId: row.user_id }),
  };
}

/** @throws RefusalError `routing_policy_not_found`, for one of another organisation or scope too. */
export async function findPolicy(
  database: Queryable,
  organizationId: string,
  { policyId, projectId }: PolicyPlace,
  lock: '' | 'FOR UPDATE' = '',
): Promise<RoutingPolicy> {
  const [row] = await database.query<PolicyRow & Record<string, unknown>>({
    text: `SELECT ${policyColumns} FROM routing.policies
           WHERE organization_id = $1 AND id = $2 AND project_id IS NOT DISTINCT FROM $3 AND removed_at IS NULL ${lock}`,
    values: [organizationId, policyId, projectId ?? null],
  });
  if (row) return toPolicy(row);
  throw refuse('routing_policy_not_found');
}
