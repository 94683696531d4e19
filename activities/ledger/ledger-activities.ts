import type { RequestActivities } from '../../workflows/contracts/activities.js';
import type { PlanDirectory } from '../../workflows/contracts/ports.js';
import type { LedgerDependencies } from './ledger-dependencies.js';
import { forgetRequest } from './forget-request.js';
import { createPlanAndReserve } from './plan-and-reserve.js';
import { createPlans } from './plan-directory.js';
import { createRelease } from './release.js';
import { createSettle } from './settle.js';

export type { LedgerDependencies } from './ledger-dependencies.js';

export type LedgerActivities = Pick<RequestActivities, 'planAndReserve' | 'settle' | 'release'> & PlanDirectory;

/** The only writer of money: holds before a request, posts or voids after it. Every step may run again. */
export function createLedgerActivities(deps: LedgerDependencies): LedgerActivities {
  const plans = createPlans(deps.database);
  return {
    planAndReserve: createPlanAndReserve(deps, plans),
    settle: createSettle(deps, plans),
    release: createRelease(deps, plans),
    read: plans.read,
    forget: (requestId) => forgetRequest(deps, plans, requestId),
  };
}
