import type { AttemptOutcome, CallModelInput, Candidate } from '../../workflows/contracts/requests.js';
import { formatNano } from '../../workflows/domain/money.js';
import { priceOf } from '../../workflows/domain/pricing.js';
import type { AttemptRun } from './run-attempt.js';

export interface PricedOutcome {
  readonly outcome: AttemptOutcome;
  readonly cost: bigint;
}

/**
 * Prices a run: the caller pays for what was answered, never more than was held; what a vendor reports beyond is the house's,
 * and so is what it reports of an attempt that failed, which is recorded as its cost.
 */
export function toOutcome(
  { number, candidate: { offerId, vendor, model } }: CallModelInput,
  run: AttemptRun,
  candidate: Candidate | undefined,
  held: bigint,
): PricedOutcome {
  const cost = candidate ? priceOf(run.usage.units, candidate.offer) : 0n;
  const charge = run.status === 'failed' ? 0n : cost;
  const chargeNanoUsd = formatNano(charge < held ? charge : held);
  const { status, usage, failure, durationMs, firstTokenMs, vendorRequestId } = run;
  const outcome: AttemptOutcome = {
    number,
    offerId,
    vendor,
    model,
    status,
    ...(failure && { failure }),
    usage,
    chargeNanoUsd,
    ...(firstTokenMs !== undefined && { firstTokenMs }),
    durationMs,
    ...(vendorRequestId !== undefined && { vendorRequestId }),
  };
  return { outcome, cost };
}
