import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { UnitCounts, Usage } from '../../../../workflows/contracts/usage.js';
import { statedCost } from '../../stated-cost.js';
import { asCount, asObject } from '../../json-fields.js';
import { asArray } from './json-fields.js';

/**
 * CompletionUsage as units that do not overlap. OpenAI's prompt tokens include cached, written and audio ones, its
 * completion tokens include reasoning and audio. Nothing where neither total is reported; what is not reported is absent.
 */
export function fromOpenAiChatUsage(usage: Json | undefined): Usage | undefined {
  const fields = asObject(usage);
  if (fields === undefined) return undefined;
  const prompt = asCount(fields['prompt_tokens']);
  const completion = asCount(fields['completion_tokens']);
  if (prompt === undefined && completion === undefined) return undefined;
  const units = withoutUndefined({
    ...inputUnits(fields, prompt),
    ...outputUnits(fields, completion, hiddenTokens(fields, prompt, completion)),
    searches: asCount(asObject(fields['server_tool_use_details'])?.['web_search_requests']),
  });
  const statedUsd = statedCost(fields);
  return { units, source: 'reported', ...(statedUsd !== undefined && { statedUsd }), raw: numbersOnly(fields) };
}

type Counts = { readonly [U in keyof UnitCounts]: number | undefined };

function inputUnits(fields: JsonObject, prompt: number | undefined): Counts {
  const details = asObject(fields['prompt_tokens_details']);
  const cached = firstCount(
    details?.['cached_tokens'],
    fields['prompt_cache_hit_tokens'], // DeepSeek.
    fields['num_cached_tokens'], // Mistral.
    fields['cached_tokens'], // Together and Hugging Face.
  );
  const written = asCount(details?.['cache_write_tokens']);
  const audio = asCount(details?.['audio_tokens']);
  return {
    input: rest(prompt, cached, written, audio),
    input_cached_read: cached,
    // The dialect does not tell how long the cache keeps what was written; OpenAI prices it like Anthropic's five minutes.
    input_cache_write_5m: written,
    input_audio: audio,
  };
}

/** `hidden` tokens are in the total only: the reasoning of vendors that do not count it among the completion tokens. */
function outputUnits(fields: JsonObject, completion: number | undefined, hidden: number): Counts {
  const details = asObject(fields['completion_tokens_details']);
  const reasoning = asCount(details?.['reasoning_tokens']) ?? (hidden > 0 ? hidden : undefined);
  const audio = asCount(details?.['audio_tokens']);
  const output = completion === undefined ? undefined : rest(completion + hidden, reasoning, audio);
  return { output, output_reasoning: reasoning, output_audio: audio };
}

/** xAI: 12 + 2 of 334 with 320 of reasoning. Gemini in this dialect: 35 + 12 of 109, and nothing said of the other 62. */
function hiddenTokens(fields: JsonObject, prompt: number | undefined, completion: number | undefined): number {
  const total = asCount(fields['total_tokens']);
  if (total === undefined || prompt === undefined || completion === undefined) return 0;
  return Math.max(total - prompt - completion, 0);
}

/** Never negative: OpenRouter has reported 10 completion tokens of which 11 were reasoning. */
function rest(total: number | undefined, ...parts: readonly (number | undefined)[]): number | undefined {
  if (total === undefined) return undefined;
  return Math.max(
    parts.reduce((left: number, part) => left - (part ?? 0), total),
    0,
  );
}

function firstCount(...values: readonly (Json | undefined)[]): number | undefined {
  return values.map(asCount).find((count) => count !== undefined);
}

function withoutUndefined(counts: Counts): UnitCounts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));
}

/** Usage goes into histories, so strings, which could be anything, are left out. */
function numbersOnly(fields: JsonObject): JsonObject {
  const kept = Object.entries(fields).flatMap(([name, value]): readonly (readonly [string, Json])[] => {
    if (typeof value === 'number' || typeof value === 'boolean') return [[name, value]];
    const inner = asArray(value) ? undefined : asObject(value);
    return inner ? [[name, numbersOnly(inner)]] : [];
  });
  return Object.fromEntries(kept);
}
