import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { Tags } from '../../workflows/contracts/usage-reports.js';
import type { Database } from '../storage/database.js';
import { type Decision, type ReservedRow, reserveRow } from './request-rows.js';

/**
 * Reserves as decided. Where the funds do not cover what the operator's accounts could charge, the caller's own accounts,
 * which charge nothing, still serve: the operator's are left out of the plan then, rather than the request refused.
 */
export async function reserveAffordable(
  database: Database,
  request: RequestInput,
  decision: Decision,
  tags?: Tags,
): Promise<ReservedRow> {
  const own = decision.move === 'hold' ? decision.candidates.filter(({ isOwn }) => isOwn) : [];
  if (decision.move !== 'hold' || own.length === 0 || decision.amountNanoUsd === 0n) {
    return reserveRow(database, request, decision, tags);
  }
  return database.transaction(async (transaction) => {
    await transaction.query({ text: 'SAVEPOINT with_fallback' });
    const row = await reserveRow(transaction, request, decision, tags);
    // A refusal of an earlier run stands.
    if (row.state !== 'refused' || !row.fresh) return row;
    await transaction.query({ text: 'ROLLBACK TO SAVEPOINT with_fallback' });
    return reserveRow(transaction, request, { move: 'hold', candidates: own, amountNanoUsd: 0n }, tags);
  });
}
