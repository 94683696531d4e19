import { z } from 'zod';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { Budget, BudgetScope } from '../../workflows/contracts/budgets.js';
import { formatNano, parseNano } from '../../workflows/domain/money.js';
import type { AppDependencies } from '../dependencies.js';
import { refused } from '../http/refused-error.js';
import { endpoint } from './endpoint.js';
import { idSchema } from './schemas.js';

// OpenAI's hard spend limits. Ours is a hard budget of the month in UTC: one that was made as a budget shows here as well.

const CENT_NANO_USD = 10_000_000n;
/** As much as a budget can be: 999,999,999 USD. */
const MOST_CENTS = 99_999_999_900;

const OF_ORGANIZATION = 'organization.spend_limit' as const;
const OF_PROJECT = 'project.spend_limit' as const;
const ORGANIZATION_DELETED = { object: 'organization.spend_limit.deleted', deleted: true } as const;
const PROJECT_DELETED = { object: 'project.spend_limit.deleted', deleted: true } as const;

const limitFields = {
  threshold_amount: z.int().min(0).describe('Cents, rounded down.'),
  currency: z.literal('USD'),
  interval: z.literal('month'),
  enforcement: z.object({ status: z.enum(['inactive', 'enforcing']) }),
};
const body = z.strictObject({
  threshold_amount: z.int().min(1).max(MOST_CENTS),
  currency: z.literal('USD'),
  interval: z.literal('month'),
});

const ofOrganization = { tag: 'Spend limits', path: '/v1/organization/spend_limit' } as const;
const ofProject = {
  tag: ofOrganization.tag,
  path: '/v1/organization/projects/{project_id}/spend_limit',
  params: z.object({ project_id: idSchema }),
} as const;
const organizationLimit = z.object({ object: z.literal(OF_ORGANIZATION), ...limitFields });
const projectLimit = z.object({ object: z.literal(OF_PROJECT), ...limitFields });
const organization: BudgetScope = { type: 'organization' };

export const spendLimitEndpoints = [
  endpoint({
    ...ofOrganization,
    ...{
      method: 'GET',
      id: 'retrieve-spend-limit',
      summary: 'The hard limit of what the organisation spends a month.',
    },
    permission: 'budgets.read',
    response: organizationLimit,
    errors: ['budget_not_found'],
    handle: async (deps, { by }) => ({ object: OF_ORGANIZATION, ...(await show(deps, by, organization)) }),
  }),
  endpoint({
    ...ofOrganization,
    ...{
      method: 'POST',
      id: 'update-spend-limit',
      summary: 'Set the hard limit of what the organisation spends a month.',
    },
    permission: 'budgets.write',
    body,
    response: organizationLimit,
    handle: async (deps, { by, body: { threshold_amount: cents } }) => ({
      ...{ object: OF_ORGANIZATION, ...(await set(deps, by, organization, cents)) },
    }),
  }),
  endpoint({
    ...ofOrganization,
    ...{ method: 'DELETE', id: 'delete-spend-limit', summary: 'Lift the hard limit of the organisation.' },
    permission: 'budgets.write',
    response: z.object({ object: z.literal(ORGANIZATION_DELETED.object), deleted: z.literal(true) }),
    errors: ['budget_not_found'],
    handle: async (deps, { by }) => {
      await lift(deps, by, organization);
      return ORGANIZATION_DELETED;
    },
  }),
  endpoint({
    ...ofProject,
    ...{
      method: 'GET',
      id: 'retrieve-project-spend-limit',
      summary: 'The hard limit of what a project spends a month.',
    },
    permission: 'budgets.read',
    response: projectLimit,
    errors: ['project_not_found', 'budget_not_found'],
    handle: async (deps, { by, params }) => ({
      ...{ object: OF_PROJECT, ...(await show(deps, by, await projectScope(deps, by, params.project_id))) },
    }),
  }),
  endpoint({
    ...ofProject,
    ...{
      method: 'POST',
      id: 'update-project-spend-limit',
      summary: 'Set the hard limit of what a project spends a month.',
    },
    permission: 'budgets.write',
    body,
    response: projectLimit,
    errors: ['project_not_found', 'scope_not_found'],
    handle: async (deps, { by, params, body: { threshold_amount: cents } }) => {
      const scope = await projectScope(deps, by, params.project_id);
      return { object: OF_PROJECT, ...(await set(deps, by, scope, cents)) };
    },
  }),
  endpoint({
    ...ofProject,
    ...{ method: 'DELETE', id: 'delete-project-spend-limit', summary: 'Lift the hard limit of a project.' },
    permission: 'budgets.write',
    response: z.object({ object: z.literal(PROJECT_DELETED.object), deleted: z.literal(true) }),
    errors: ['project_not_found', 'budget_not_found'],
    handle: async (deps, { by, params }) => {
      await lift(deps, by, await projectScope(deps, by, params.project_id));
      return PROJECT_DELETED;
    },
  }),
];

async function projectScope({ projects }: AppDependencies, by: ActingRequest, id: string): Promise<BudgetScope> {
  await projects.get(by.organizationId, id);
  return { type: 'project', id };
}

async function show(deps: AppDependencies, by: ActingRequest, scope: BudgetScope) {
  const [budget] = await find(deps, by, scope);
  if (!budget) throw refused('budget_not_found', 'No spend limit is set here.');
  return render(budget);
}

async function set({ budgets, ...deps }: AppDependencies, by: ActingRequest, scope: BudgetScope, cents: number) {
  const amountNanoUsd = formatNano(BigInt(cents) * CENT_NANO_USD);
  const [first, ...others] = await find({ budgets, ...deps }, by, scope);
  // Another one of the same kind would go on limiting, unseen, below what was just asked for.
  for (const { id } of others) await budgets.close(by, id);
  if (first) return render(await budgets.modify(by, first.id, { amountNanoUsd }));
  const window = { kind: 'month', timeZone: 'UTC' } as const;
  const budget = { name: 'Spend limit', scope, amountNanoUsd, window, enforcement: 'hard', thresholds: [] } as const;
  return render(await budgets.create(by, budget));
}

async function lift(deps: AppDependencies, by: ActingRequest, scope: BudgetScope): Promise<void> {
  const found = await find(deps, by, scope);
  if (found.length === 0) throw refused('budget_not_found', 'No spend limit is set here.');
  for (const { id } of found) await deps.budgets.close(by, id);
}

/** The budgets that are such a limit, the tightest first. More than a page of a scope's budgets is nobody's. */
async function find({ budgets }: AppDependencies, by: ActingRequest, scope: BudgetScope): Promise<readonly Budget[]> {
  const { data } = await budgets.list(by.organizationId, { scope, limit: 100, order: 'asc' });
  return data
    .filter(({ window, enforcement }) => enforcement === 'hard' && window.kind === 'month' && window.timeZone === 'UTC')
    .toSorted((left, right) => (parseNano(left.amountNanoUsd) < parseNano(right.amountNanoUsd) ? -1 : 1));
}

function render({ amountNanoUsd, current }: Budget) {
  const isReached = current !== undefined && parseNano(current.availableNanoUsd) <= 0n;
  return {
    threshold_amount: Number(parseNano(amountNanoUsd) / CENT_NANO_USD),
    currency: 'USD',
    interval: 'month',
    enforcement: { status: isReached ? 'enforcing' : 'inactive' },
  } as const;
}
