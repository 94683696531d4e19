import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { NanoUsd } from '../../../workflows/contracts/money.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';

/** USD as a JSON number. Nine decimals of less than nine million dollars are exact in a double's shortest form. */
export function toCost(amount: NanoUsd): number {
  const negative = amount.startsWith('-');
  const digits = amount.replace('-', '').padStart(10, '0');
  return Number(`${negative ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`);
}

/**
 * What usage says besides where the caller's own account at the vendor served, in OpenRouter's words (its `ChatGenerationTokenUsage`):
 * the caller pays nothing here, and the vendor about this much.
 */
export function renderOwn({ ownCostNanoUsd }: AnswerSummary): JsonObject {
  if (ownCostNanoUsd === undefined) return {};
  return { is_byok: true, cost_details: { upstream_inference_cost: toCost(ownCostNanoUsd) } };
}
