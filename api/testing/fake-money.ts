import type { Budget, Budgets } from '../../workflows/contracts/budgets.js';
import type { Credits, Transfer } from '../../workflows/contracts/credits.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

const createdAt = '2026-11-01T00:00:00.000Z';

/** Budgets in memory. */
export function createFakeBudgets(): Budgets {
  const budgets = new Map<string, Budget>();
  const find = (id: string): Budget => {
    const budget = budgets.get(id);
    if (!budget) throw refuse('budget_not_found');
    return budget;
  };
  const store = (budget: Budget): Promise<Budget> => {
    budgets.set(budget.id, budget);
    return Promise.resolve(budget);
  };
  return {
    create: (_by, budget) => {
      const current = { spentNanoUsd: '0', heldNanoUsd: '0', availableNanoUsd: budget.amountNanoUsd };
      return store({ ...budget, id: `budget_${budgets.size + 1}`, createdAt, current });
    },
    list: () => Promise.resolve({ data: [...budgets.values()], hasMore: false }),
    get: async (_organizationId, id) => find(id),
    modify: async (_by, id, change) => store({ ...find(id), ...change }),
    close: async (_by, id) => {
      const { current: _, ...budget } = find(id);
      return store({ ...budget, closedAt: createdAt });
    },
  };
}

/** Movements of one credit account in memory. */
export function createFakeCredits(): Credits {
  const transfers: Transfer[] = [];
  const move = (
    counterpart: string,
    movement: Pick<Transfer, 'key' | 'amountNanoUsd' | 'reason'>,
  ): Promise<Transfer> => {
    const { key, amountNanoUsd, reason } = movement;
    const id = `transfer_${transfers.length + 1}`;
    const transfer = {
      id,
      key,
      accountId: 'credits:organization:org_1',
      amountNanoUsd,
      counterpart,
      reason,
      createdAt,
    };
    transfers.push(transfer);
    return Promise.resolve(transfer);
  };
  return {
    grant: (_by, movement) => move('house:grants', movement),
    deposit: (_by, movement) => move('house:deposits', movement),
    adjust: (_by, movement) => move('house:adjustments', movement),
    refund: (_by, movement) => move('house:refunds', movement),
    transfers: () => Promise.resolve({ data: transfers, hasMore: false }),
  };
}
