import type {
  AppliedPolicy,
  RoutingPolicies,
  RoutingPolicy,
  RoutingPolicyVersion,
} from '../../workflows/contracts/routing-policies.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

const createdAt = '2026-11-01T00:00:00.000Z';

/** Policies in memory; `applied` is what every request goes by. */
export function createFakeRoutingPolicies(applied: () => readonly AppliedPolicy[]): RoutingPolicies {
  const policies = new Map<string, RoutingPolicy>();
  const versions: RoutingPolicyVersion[] = [];
  const find = (id: string): RoutingPolicy => {
    const found = policies.get(id);
    if (found) return found;
    throw refuse('routing_policy_not_found');
  };
  const put = (policy: RoutingPolicy): RoutingPolicy => {
    policies.set(policy.id, policy);
    return policy;
  };
  return {
    applied: async () => applied(),
    create: async ({ keyId }, { name, projectId, definition }) => {
      const id = `rp_${policies.size + 1}`;
      versions.push({ policyId: id, version: 1, definition, createdAt, keyId });
      return put({ id, name, latestVersion: 1, createdAt, ...(projectId !== undefined && { projectId }) });
    },
    list: async (_organizationId, { projectId }) => ({
      data: [...policies.values()].filter((policy) => policy.projectId === projectId),
      hasMore: false,
    }),
    get: async (_organizationId, { policyId }) => find(policyId),
    addVersion: async ({ keyId }, { policyId }, definition) => {
      const policy = find(policyId);
      const version = { policyId, version: policy.latestVersion + 1, definition, createdAt, keyId };
      put({ ...policy, latestVersion: version.version });
      versions.push(version);
      return version;
    },
    versions: async (_organizationId, { policyId }) =>
      versions.filter((version) => version.policyId === find(policyId).id).toReversed(),
    activate: async (_by, { policyId }, version) => {
      const { activeVersion: _, ...policy } = find(policyId);
      return put({ ...policy, ...(version !== undefined && { activeVersion: version }) });
    },
    remove: async (_by, { policyId }) => void policies.delete(find(policyId).id),
  };
}
