import type { PlanDirectory, StoredPlan } from '../../workflows/contracts/ports.js';
import type { Candidate } from '../../workflows/contracts/requests.js';
import { formatNano } from '../../workflows/domain/money.js';
import type { Queryable } from '../storage/database.js';

/** Requests that end in another process are never forgotten here, so that the oldest plans must go. */
const maxRemembered = 10_000;

/** The plans of running requests: in memory where they were made here, in their rows for everybody else. */
export interface Plans extends PlanDirectory {
  remember(requestId: string, plan: StoredPlan): void;
}

export function createPlans(database: Queryable): Plans {
  const memory = new Map<string, StoredPlan>();
  return {
    remember: (requestId, plan) => {
      memory.set(requestId, plan);
      const [oldest] = memory.keys();
      if (memory.size > maxRemembered && oldest !== undefined) memory.delete(oldest);
    },
    forget: (requestId) => {
      memory.delete(requestId);
    },
    read: async (requestId) => {
      const known = memory.get(requestId);
      if (known) return known;
      const [row] = await database.query<{ plan: { candidates: readonly Candidate[] } | null; held: bigint | null }>({
        name: 'request-plan',
        text: 'SELECT plan, held FROM requests.requests WHERE id = $1',
        values: [requestId],
      });
      return row?.plan ? { candidates: row.plan.candidates, heldNanoUsd: formatNano(row.held ?? 0n) } : undefined;
    },
  };
}
