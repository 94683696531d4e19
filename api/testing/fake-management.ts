import type { AccountBalance, ApiKeySummary, Management, ProjectSummary } from '../../workflows/contracts/ports.js';

/** Projects and keys of one organisation in memory. */
export function createFakeManagement(): Management {
  const projects = new Map<string, ProjectSummary>();
  const keys = new Map<string, ApiKeySummary>();
  const createdAt = '2026-11-01T00:00:00.000Z';
  return {
    createProject: (organizationId, { name, budgetNanoUsd }) => {
      const id = `proj_${projects.size + 1}`;
      const budget: AccountBalance | undefined =
        budgetNanoUsd === undefined ? undefined : balance(`project:${id}`, 'budget', budgetNanoUsd);
      const project = { id, name: `${name} (${organizationId})`, createdAt, ...(budget && { budget }) };
      projects.set(id, project);
      return Promise.resolve(project);
    },
    listProjects: () => Promise.resolve([...projects.values()]),
    createKey: (_organizationId, projectId, name) => {
      if (!projects.has(projectId)) return Promise.resolve(undefined);
      const id = `key_${keys.size + 1}`;
      const summary = { id, projectId, name, hint: 'sk-sluice-…abcd', createdAt };
      keys.set(id, summary);
      return Promise.resolve({ ...summary, key: 'sk-sluice-whole' });
    },
    listKeys: (_organizationId, projectId) =>
      Promise.resolve(
        projects.has(projectId) ? [...keys.values()].filter((key) => key.projectId === projectId) : undefined,
      ),
    revokeKey: (_organizationId, projectId, keyId) => {
      const key = keys.get(keyId);
      if (key?.projectId !== projectId) return Promise.resolve(false);
      keys.set(keyId, { ...key, revokedAt: createdAt });
      return Promise.resolve(true);
    },
    balances: (organizationId) =>
      Promise.resolve([balance(`organization:${organizationId}`, 'credits', '20000000001')]),
  };
}

function balance(scope: string, kind: AccountBalance['kind'], creditedNanoUsd: string): AccountBalance {
  const accountId = `acct_${scope}`;
  return {
    accountId,
    kind,
    scope,
    creditedNanoUsd,
    spentNanoUsd: '0',
    heldNanoUsd: '0',
    availableNanoUsd: creditedNanoUsd,
  };
}
