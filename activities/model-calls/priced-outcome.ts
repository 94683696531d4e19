import type { AttemptOutcome, CallModelInput, Candidate } from '../../workflows/contracts/requests.js';
import { formatNano } from '../../workflows/domain/money.js';
import { priceOf } from '../../workflows/domain/pricing.js';
import type { AttemptRun } from './run-attempt.js';

export interface PricedOutcome {
  readonly outcome: AttemptOutcome;
  readonly cost: bigint;
}

/** Prices a run: the caller pays for what was answered, never more than was held; what a vendor reports beyond is the house's. */
export function toOutcome(
  { number, candidate: { offerId, vendor, model } }: CallModelInput,
  run: AttemptRun,
  candidate: Candidate | undefined,
  held: bigint,
): PricedOutcome {
  const cost = run.status === 'failed' || !candidate ? 0n : priceOf(run.usage.units, candidate.offer);
  const chargeNanoUsd = formatNano(cost < held ? cost : held);
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
