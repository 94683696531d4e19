import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import type { Usage } from '../../../workflows/contracts/usage.js';
import { renderOwn, toCost } from '../shared/cost.js';
import { INPUT_UNITS, OUTPUT_UNITS, sumOf } from '../shared/token-totals.js';

/** The vendor's own usage where it speaks this dialect, else ours in its words; with what the caller pays, in USD. */
export function renderUsage(summary: AnswerSummary, vendorUsage?: JsonObject): JsonObject {
  return {
    ...(vendorUsage ?? toResponseUsage(summary.usage)),
    cost: toCost(summary.chargeNanoUsd),
    ...renderOwn(summary),
  };
}

/**
 * ResponseUsage from units that do not overlap. The specification requires the details as numbers, and its clients read
 * them unasked: where a vendor reported tokens and none of these, there were none. What nobody counted is absent.
 */
function toResponseUsage({ units, source }: Usage): JsonObject {
  const input = sumOf(units, INPUT_UNITS);
  const output = sumOf(units, OUTPUT_UNITS);
  return {
    ...(input !== undefined && {
      input_tokens: input,
      input_tokens_details: {
        cached_tokens: units.input_cached_read ?? 0,
        cache_write_tokens: sumOf(units, ['input_cache_write_5m', 'input_cache_write_1h']) ?? 0,
      },
    }),
    ...(output !== undefined && {
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: units.output_reasoning ?? 0 },
    }),
    ...(input !== undefined && output !== undefined && { total_tokens: input + output }),
    ...(source === 'counted' && { estimated: true }),
  };
}
