import type { AnswerSummary } from '../../workflows/contracts/reply.js';
import { toUsd } from '../usd.js';

/** Who answered, and what the caller pays, for callers that read no further than the headers. */
export function answerHeaders(summary: AnswerSummary | undefined): { readonly [name: string]: string } {
  if (summary === undefined) return {};
  return {
    'x-sluice-cost-usd': toUsd(summary.chargeNanoUsd),
    'x-sluice-vendor': summary.vendor,
    'x-sluice-model': summary.offerId,
  };
}
