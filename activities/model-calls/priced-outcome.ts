import type { AnswerSummary } from '../../workflows/contracts/reply.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { AttemptOutcome, CallModelInput, Candidate } from '../../workflows/contracts/requests.js';
import type { UnitCounts } from '../../workflows/contracts/usage.js';
import { soldAs } from '../../workflows/domain/media-prices.js';
import { formatNano } from '../../workflows/domain/money.js';
import { pricedUnits } from '../../workflows/domain/priced-units.js';
import { priceOf } from '../../workflows/domain/pricing.js';
import type { AttemptRun } from './run-attempt.js';

export interface PricedOutcome {
  readonly outcome: AttemptOutcome;
  readonly cost: bigint;
}

/**
 * Prices a run: the caller pays for what was answered, never more than was held; what a vendor reports beyond is the house's,
 * and so is what it reports of an attempt that failed, which is recorded as its cost. Where the caller's own account served,
 * the vendor bills the caller, and nothing is charged here.
 */
export function toOutcome(
  { number, candidate: { offerId, vendor, model, credentialId, tier } }: CallModelInput,
  run: AttemptRun,
  candidate: Candidate | undefined,
  held: bigint,
): PricedOutcome {
  const { units, delivered } = run.usage;
  const sold = candidate && (delivered ? soldAs(candidate.offer, delivered) : candidate.offer);
  const cost = sold ? costOf(units, sold) : 0n;
  const charge = run.status === 'failed' || candidate?.isOwn ? 0n : cost;
  const chargeNanoUsd = formatNano(charge < held ? charge : held);
  const { status, usage, failure, durationMs, firstTokenMs, vendorRequestId } = run;
  const outcome: AttemptOutcome = {
    number,
    offerId,
    vendor,
    model,
    ...(credentialId !== undefined && { credentialId }),
    ...(candidate?.isOwn && { isOwn: true }),
    ...(tier && { tier }),
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

/** Vendors of media count what they do not sell besides: tokens of a picture that has one price, pictures that are sold by the token. */
function costOf(units: UnitCounts, offer: Offer): bigint {
  return priceOf(offer.kind === 'chat' ? units : pricedUnits(units, offer.prices), offer);
}

/** What the caller is told of an outcome. */
export function toSummary(outcome: AttemptOutcome, cost: bigint): AnswerSummary {
  const { number, offerId, vendor, usage, chargeNanoUsd, isOwn } = outcome;
  return {
    ...{ attempt: number, offerId, vendor, usage, chargeNanoUsd },
    ...(isOwn && { ownCostNanoUsd: formatNano(cost) }),
  };
}
