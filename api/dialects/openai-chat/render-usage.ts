import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import type { Usage } from '../../../workflows/contracts/usage.js';
import { renderOwn, toCost } from '../shared/cost.js';
import { INPUT_UNITS, OUTPUT_UNITS, sumOf } from '../shared/token-totals.js';

/** The vendor's own usage where it speaks this dialect, else ours in its words; with what the caller pays. */
export function renderUsage(summary: AnswerSummary, vendorUsage?: JsonObject): JsonObject {
  return {
    ...(vendorUsage ?? toCompletionUsage(summary.usage)),
    cost: toCost(summary.chargeNanoUsd),
    ...renderOwn(summary),
  };
}

/**
 * CompletionUsage from units that do not overlap: OpenAI's prompt tokens include cached and audio ones, its completion
 * tokens include reasoning. What was not reported is absent. `estimated` says that we counted because no vendor did.
 */
function toCompletionUsage({ units, source }: Usage): JsonObject {
  const prompt = sumOf(units, INPUT_UNITS);
  const completion = sumOf(units, OUTPUT_UNITS);
  const promptDetails = reported({
    cached_tokens: units.input_cached_read,
    cache_write_tokens: sumOf(units, ['input_cache_write_5m', 'input_cache_write_1h']),
    audio_tokens: units.input_audio,
    image_tokens: units.input_image,
  });
  const completionDetails = reported({
    reasoning_tokens: units.output_reasoning,
    audio_tokens: units.output_audio,
    image_tokens: units.output_image,
  });
  return reported({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt === undefined || completion === undefined ? undefined : prompt + completion,
    prompt_tokens_details: nonEmpty(promptDetails),
    completion_tokens_details: nonEmpty(completionDetails),
    estimated: source === 'counted' ? true : undefined,
  });
}

function reported(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function nonEmpty(fields: JsonObject): JsonObject | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}
