import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { NanoUsd } from '../../../workflows/contracts/money.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import type { Unit, Usage } from '../../../workflows/contracts/usage.js';

/** USD as a JSON number. Nine decimals of less than nine million dollars are exact in a double's shortest form. */
export function toCost(amount: NanoUsd): number {
  const negative = amount.startsWith('-');
  const digits = amount.replace('-', '').padStart(10, '0');
  return Number(`${negative ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`);
}

/** The vendor's own usage where it speaks this dialect, else ours in its words; with what the caller pays. */
export function renderUsage(summary: AnswerSummary, vendorUsage?: JsonObject): JsonObject {
  return { ...(vendorUsage ?? toCompletionUsage(summary.usage)), cost: toCost(summary.chargeNanoUsd) };
}

/**
 * CompletionUsage from units that do not overlap: OpenAI's prompt tokens include cached and audio ones, its completion
 * tokens include reasoning. What was not reported is absent. `estimated` says that we counted because no vendor did.
 */
function toCompletionUsage({ units, source }: Usage): JsonObject {
  const sum = (...names: readonly Unit[]): number | undefined => {
    const reported = names.map((name) => units[name]).filter((count) => count !== undefined);
    return reported.length === 0 ? undefined : reported.reduce((total, count) => total + count, 0);
  };
  const prompt = sum(...PROMPT_UNITS);
  const completion = sum(...COMPLETION_UNITS);
  const promptDetails = reported({
    cached_tokens: units.input_cached_read,
    cache_write_tokens: sum('input_cache_write_5m', 'input_cache_write_1h'),
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

const PROMPT_UNITS: readonly Unit[] = [
  'input',
  'input_cached_read',
  'input_cache_write_5m',
  'input_cache_write_1h',
  'input_audio',
  'input_image',
];

const COMPLETION_UNITS: readonly Unit[] = ['output', 'output_reasoning', 'output_audio', 'output_image'];

function reported(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function nonEmpty(fields: JsonObject): JsonObject | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}
