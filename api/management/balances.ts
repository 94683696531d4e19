import { z } from 'zod';
import type { AccountBalance } from '../../workflows/contracts/ports.js';
import { toUsd } from '../usd.js';
import { endpoint } from './endpoint.js';
import { renderList } from './render-list.js';
import { listSchema, signedUsdSchema, usdSchema } from './schemas.js';

/** Exact decimals of USD; `available` is credited minus spent minus held. */
export const balanceSchema = z.object({
  id: z.string(),
  object: z.literal('organization.balance'),
  kind: z.enum(['credits', 'budget', 'meter']),
  scope: z.string(),
  credited_usd: usdSchema,
  spent_usd: usdSchema,
  held_usd: usdSchema,
  available_usd: signedUsdSchema,
});

export const balanceEndpoints = [
  endpoint({
    ...{ method: 'GET', path: '/v1/organization/balances', id: 'list-balances', tag: 'Money' },
    summary: 'What the open accounts of the organisation, its projects and its keys still allow.',
    permission: 'budgets.read',
    response: listSchema(balanceSchema),
    handle: async ({ management }, { by }) =>
      renderList({ data: await management.balances(by.organizationId), hasMore: false }, renderBalance),
  }),
];

export function renderBalance(balance: AccountBalance) {
  return {
    id: balance.accountId,
    object: 'organization.balance' as const,
    kind: balance.kind,
    scope: balance.scope,
    credited_usd: toUsd(balance.creditedNanoUsd),
    spent_usd: toUsd(balance.spentNanoUsd),
    held_usd: toUsd(balance.heldNanoUsd),
    available_usd: toUsd(balance.availableNanoUsd),
  };
}
