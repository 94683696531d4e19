import type { BudgetScope } from '../../workflows/contracts/budgets.js';
import type { Candidate, RequestInput } from '../../workflows/contracts/requests.js';

/**
 * The scopes whose accounts a request spends from. Which of its models will answer is not known when the money is held, so
 * that the budgets of all of them hold it; only that of the one that answered is charged.
 */
export function spendingScopes(request: RequestInput, candidates: readonly Candidate[]): readonly string[] {
  const { organizationId, teamIds = [], projectId, userId, keyId } = request;
  return [
    `organization:${organizationId}`,
    ...teamIds.map((id) => `team:${id}`),
    `project:${projectId}`,
    ...(userId === undefined ? [] : [`user:${userId}`]),
    `key:${keyId}`,
    // Several accounts may serve the same offer.
    ...new Set(candidates.map(({ offer }) => `model:${organizationId}:${offer.id}`)),
  ];
}

/** A budget's scope as the ledger names it. */
export function toScopeName(organizationId: string, scope: BudgetScope): string {
  switch (scope.type) {
    case 'organization':
      return `organization:${organizationId}`;
    case 'model':
      return `model:${organizationId}:${scope.id}`;
    case 'team':
    case 'project':
    case 'user':
    case 'key':
      return `${scope.type}:${scope.id}`;
  }
}

/** The same, back. Ids have no colon before their end but those of models, whose organisation has none. */
export function fromScopeName(name: string): BudgetScope {
  const [type = '', first = '', ...rest] = name.split(':');
  if (type === 'organization') return { type };
  if (type === 'model') return { type, id: rest.join(':') };
  return { type: type as 'team' | 'project' | 'user' | 'key', id: [first, ...rest].join(':') };
}
