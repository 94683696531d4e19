import type { FinishInput, FinishResult } from '../../workflows/contracts/requests.js';
import { formatNano } from '../../workflows/domain/money.js';
import { findCaller } from './caller-whereabouts.js';
import { forgetRequest } from './forget-request.js';
import type { LedgerDependencies } from './ledger-dependencies.js';
import type { Plans } from './plan-directory.js';
import { finishRow, type FinishedRow } from './request-rows.js';

export function toFinishResult(row: FinishedRow): FinishResult {
  return { state: row.state === 'settled' ? 'settled' : 'released', chargedNanoUsd: formatNano(row.charged) };
}

/** Posts what the attempt's row says that the caller pays. The caller has had its answer already, or is told elsewhere. */
export function createSettle(deps: LedgerDependencies, plans: Plans): (input: FinishInput) => Promise<FinishResult> {
  return async ({ request, attempt }) => {
    const caller = await findCaller(deps, request);
    const row = await finishRow(deps.database, {
      request,
      state: 'settled',
      ...(attempt !== undefined && { attempt }),
      elsewhere: caller === 'elsewhere',
    });
    forgetRequest(deps, plans, request.requestId);
    return toFinishResult(row);
  };
}
