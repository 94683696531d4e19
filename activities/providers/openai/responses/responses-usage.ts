import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { Unit, UnitCounts, Usage } from '../../../../workflows/contracts/usage.js';
import { statedCost } from '../../stated-cost.js';
import { asCount, asObject } from '../../json-fields.js';
import type { AnswerState } from './answer-state.js';

type ToolUse = Pick<AnswerState, 'searches' | 'fileSearches' | 'containers'>;

/**
 * ResponseUsage as units that do not overlap: the vendor's input tokens include cached and written ones, its output tokens
 * include reasoning. What its own tools did was counted from the answer, because the vendor's usage does not tell of it, but
 * for what its pictures took, which stands beside it in `tool_usage.image_gen`.
 * Nothing where neither total is reported; what is not reported is absent.
 */
export function fromResponsesUsage(
  usage: Json | undefined,
  { searches, fileSearches, containers }: ToolUse,
  toolUsage?: Json,
): Usage | undefined {
  const fields = asObject(usage);
  const input = asCount(fields?.['input_tokens']);
  const output = asCount(fields?.['output_tokens']);
  if (fields === undefined || (input === undefined && output === undefined)) return undefined;
  const cached = asCount(asObject(fields['input_tokens_details'])?.['cached_tokens']);
  const written = asCount(asObject(fields['input_tokens_details'])?.['cache_write_tokens']);
  const reasoning = asCount(asObject(fields['output_tokens_details'])?.['reasoning_tokens']);
  const pictures = pictureCounts(asObject(asObject(toolUsage)?.['image_gen']));
  const units = known([
    ['input', rest(input, cached, written)],
    ['input_cached_read', cached],
    // The dialect does not tell how long the cache keeps what was written; OpenAI prices it like Anthropic's five minutes.
    ['input_cache_write_5m', written],
    ['output', rest(output, reasoning)],
    ['output_reasoning', reasoning],
    ['searches', searches > 0 ? searches : undefined],
    ['file_searches', fileSearches > 0 ? fileSearches : undefined],
    ['containers', containers.size > 0 ? sum(containers.values()) : undefined],
    ...pictures,
  ]);
  const statedUsd = statedCost(fields);
  const raw = numbersOnly(pictures.length > 0 ? { ...fields, tool_usage: toolUsage } : fields);
  return { units, source: 'reported', ...(statedUsd !== undefined && { statedUsd }), raw };
}

/** A side whose kinds are not told apart counts as pictures, which are the dearer. A 0 is told of every answer, and says nothing. */
function pictureCounts(fields: JsonObject | undefined): readonly (readonly [Unit, number | undefined])[] {
  const side = (name: 'input' | 'output') => {
    const details = asObject(fields?.[`${name}_tokens_details`]);
    const [text, image] = [asCount(details?.['text_tokens']), asCount(details?.['image_tokens'])];
    return { text, image: image ?? rest(asCount(fields?.[`${name}_tokens`]), text) };
  };
  const [input, output] = [side('input'), side('output')];
  const counts: readonly (readonly [Unit, number | undefined])[] = [
    ['image_tool_input', input.text],
    ['image_tool_input_image', input.image],
    ['image_tool_output', output.text],
    ['image_tool_output_image', output.image],
  ];
  return counts.filter(([, count]) => count !== undefined && count > 0);
}

function sum(counts: Iterable<number>): number {
  return [...counts].reduce((total, count) => total + count, 0);
}

/** Never negative: OpenRouter has reported more tokens cached and written than there were. */
function rest(total: number | undefined, ...parts: readonly (number | undefined)[]): number | undefined {
  if (total === undefined) return undefined;
  return Math.max(total - parts.reduce((sum: number, part) => sum + (part ?? 0), 0), 0);
}

function known(counts: readonly (readonly [Unit, number | undefined])[]): UnitCounts {
  return Object.fromEntries(counts.filter(([, count]) => count !== undefined));
}

/** Usage goes into histories, so strings, which could be anything, are left out. */
function numbersOnly(fields: JsonObject): JsonObject {
  const kept = Object.entries(fields).flatMap(([name, value]): readonly (readonly [string, Json])[] => {
    if (typeof value === 'number' || typeof value === 'boolean') return [[name, value]];
    const inner = asObject(value);
    return inner ? [[name, numbersOnly(inner)]] : [];
  });
  return Object.fromEntries(kept);
}
