import { z } from 'zod';
import type { Budget, BudgetScope, BudgetWindow } from '../../workflows/contracts/budgets.js';
import { fromUsd, toUsd } from '../usd.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import {
  idSchema,
  listSchema,
  modelIdSchema,
  nameSchema,
  pageQuerySchema,
  signedUsdSchema,
  timestampSchema,
  usdSchema,
} from './schemas.js';

const scopeSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('organization') }),
  z.strictObject({ type: z.enum(['team', 'project', 'user', 'key']), id: idSchema }),
  z.strictObject({ type: z.literal('model'), id: modelIdSchema }),
]);

const windowSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['day', 'week', 'month']), time_zone: z.string().min(1).max(64).default('UTC') }),
  z
    .strictObject({ kind: z.literal('fixed'), starts_at: timestampSchema, ends_at: timestampSchema })
    .refine(({ starts_at: from, ends_at: until }) => from < until, {
      message: "expected 'ends_at' to be later than 'starts_at'",
      path: ['ends_at'],
    }),
  z.strictObject({ kind: z.literal('total') }),
]);

/** Percent of the amount; above 100 only a budget that warns comes. */
const thresholdsSchema = z
  .array(z.int().min(1).max(1_000))
  .max(20)
  .transform((percents) => [...new Set(percents)].sort((left, right) => left - right));

export const budgetSchema = z.object({
  id: idSchema,
  object: z.literal('organization.budget'),
  name: nameSchema,
  scope: scopeSchema,
  amount_usd: usdSchema,
  window: windowSchema,
  enforcement: z.enum(['hard', 'warn']),
  thresholds: z.array(z.int()),
  created_at: timestampSchema,
  closed_at: timestampSchema.nullable(),
  current: z
    .object({
      starts_at: timestampSchema.nullable(),
      ends_at: timestampSchema.nullable(),
      spent_usd: usdSchema,
      held_usd: usdSchema,
      available_usd: signedUsdSchema,
    })
    .nullable(),
});

const newBudgetSchema = z.strictObject({
  name: nameSchema,
  scope: scopeSchema,
  amount_usd: usdSchema,
  window: windowSchema,
  enforcement: z.enum(['hard', 'warn']).default('hard'),
  thresholds: thresholdsSchema.default([]),
});

const changeSchema = z.strictObject({
  name: nameSchema.optional(),
  amount_usd: usdSchema.optional(),
  thresholds: thresholdsSchema.optional(),
});

const all = { tag: 'Budgets', path: '/v1/organization/budgets' } as const;
const one = { tag: 'Budgets', path: '/v1/organization/budgets/{budget_id}' } as const;
const params = z.object({ budget_id: idSchema });

const scopeFilter = pageQuerySchema.extend({
  scope_type: z.enum(['organization', 'team', 'project', 'user', 'key', 'model']).optional(),
  scope_id: modelIdSchema.optional(),
});

export const budgetEndpoints = [
  endpoint({
    ...all,
    ...{
      method: 'GET',
      id: 'list-budgets',
      summary: 'List the budgets in force, with what their present windows still allow.',
    },
    permission: 'budgets.read',
    query: scopeFilter,
    response: listSchema(budgetSchema),
    handle: async ({ budgets }, { by, query }) => {
      const { scope_type: type, scope_id: id, ...page } = query;
      const scope = type === undefined ? undefined : ({ type, id: id ?? '' } as BudgetScope);
      return renderList(await budgets.list(by.organizationId, { ...page, ...(scope && { scope }) }), renderBudget);
    },
  }),
  endpoint({
    ...all,
    ...{ method: 'POST', id: 'create-budget', summary: 'Create a budget; it holds from the next request on.' },
    permission: 'budgets.write',
    body: newBudgetSchema,
    response: budgetSchema,
    errors: ['scope_not_found'],
    handle: async ({ budgets }, { by, body }) => {
      const { amount_usd: amount, window, ...rest } = body;
      const budget = { ...rest, amountNanoUsd: fromUsd(amount), window: toWindow(window) };
      return renderBudget(await budgets.create(by, budget));
    },
  }),
  endpoint({
    ...one,
    ...{ method: 'GET', id: 'retrieve-budget', summary: 'One budget, closed ones included.' },
    permission: 'budgets.read',
    params,
    response: budgetSchema,
    errors: ['budget_not_found'],
    handle: async ({ budgets }, { by, params }) => renderBudget(await budgets.get(by.organizationId, params.budget_id)),
  }),
  endpoint({
    ...one,
    ...{ method: 'POST', id: 'modify-budget' },
    summary: 'Change the name, the thresholds or the amount, which counts for the present window at once.',
    permission: 'budgets.write',
    params,
    body: changeSchema,
    response: budgetSchema,
    errors: ['budget_not_found'],
    handle: async ({ budgets }, { by, params, body }) => {
      const { amount_usd: amount, name, thresholds } = body;
      const change = {
        ...(name !== undefined && { name }),
        ...(thresholds && { thresholds }),
        ...(amount !== undefined && { amountNanoUsd: fromUsd(amount) }),
      };
      return renderBudget(await budgets.modify(by, params.budget_id, change));
    },
  }),
  endpoint({
    ...one,
    ...{ method: 'DELETE', id: 'delete-budget' },
    summary: 'Close a budget. It limits no later request; those under way still end in it.',
    permission: 'budgets.write',
    params,
    response: budgetSchema,
    errors: ['budget_not_found'],
    handle: async ({ budgets }, { by, params }) => renderBudget(await budgets.close(by, params.budget_id)),
  }),
];

export function renderBudget(budget: Budget) {
  const { current } = budget;
  return {
    id: budget.id,
    object: 'organization.budget' as const,
    name: budget.name,
    scope: budget.scope,
    amount_usd: toUsd(budget.amountNanoUsd),
    window: renderWindow(budget.window),
    enforcement: budget.enforcement,
    thresholds: [...budget.thresholds],
    created_at: toSeconds(budget.createdAt),
    closed_at: budget.closedAt === undefined ? null : toSeconds(budget.closedAt),
    current: current
      ? {
          starts_at: current.startsAt === undefined ? null : toSeconds(current.startsAt),
          ends_at: current.endsAt === undefined ? null : toSeconds(current.endsAt),
          spent_usd: toUsd(current.spentNanoUsd),
          held_usd: toUsd(current.heldNanoUsd),
          available_usd: toUsd(current.availableNanoUsd),
        }
      : null,
  };
}

function toWindow(window: z.output<typeof windowSchema>): BudgetWindow {
  switch (window.kind) {
    case 'total':
      return { kind: 'total' };
    case 'fixed':
      return { kind: 'fixed', startsAt: toTime(window.starts_at), endsAt: toTime(window.ends_at) };
    case 'day':
    case 'week':
    case 'month':
      return { kind: window.kind, timeZone: window.time_zone };
  }
}

function renderWindow(window: BudgetWindow): z.output<typeof windowSchema> {
  switch (window.kind) {
    case 'total':
      return { kind: 'total' };
    case 'fixed':
      return { kind: 'fixed', starts_at: toSeconds(window.startsAt), ends_at: toSeconds(window.endsAt) };
    case 'day':
    case 'week':
    case 'month':
      return { kind: window.kind, time_zone: window.timeZone };
  }
}

function toTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
