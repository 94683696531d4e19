import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { UnitCounts, Usage } from '../../../../workflows/contracts/usage.js';
import { asCount, asObject, asObjects } from '../../json-fields.js';

/**
 * The usage of a stream so far: `message_start` has all of the input with the split of cache writes by lifetime, and
 * `message_delta` the last word on every field that it names, which the split is not among.
 */
export function mergeUsage(before: JsonObject | undefined, after: JsonObject | undefined): JsonObject | undefined {
  if (after === undefined) return before;
  const reported = Object.entries(after).filter(([, value]) => value !== null && value !== undefined);
  return { ...before, ...Object.fromEntries(reported) };
}

/**
 * The vendor's usage as units that do not overlap: its `input_tokens` leave cached tokens out already, its `output_tokens`
 * include thinking. `undefined` where it reports none. `output` is false before the end of a stream, whose beginning
 * counts a token or two of output that mean nothing.
 */
export function toUsage(raw: JsonObject | undefined, { output }: { readonly output: boolean }): Usage | undefined {
  if (raw === undefined) return undefined;
  const parts = [raw, ...extraIterations(raw)].map((part) => toUnits(part, output));
  const units = parts.reduce(addUnits);
  return Object.keys(units).length === 0 ? undefined : { units, source: 'reported', raw: numbersOnly(raw) };
}

/** Usage goes into histories, so strings, which could be anything, are left out. */
function numbersOnly(fields: JsonObject): JsonObject {
  const kept = Object.entries(fields).flatMap(([name, value]): readonly (readonly [string, Json])[] => {
    if (typeof value === 'number') return [[name, value]];
    const inner = asObject(value);
    return inner === undefined ? [] : [[name, numbersOnly(inner)]];
  });
  return Object.fromEntries(kept);
}

/**
 * Model calls within the request that the totals leave out and that are charged all the same (page "Compaction"). An
 * advisor's are charged at its own model's price, of which an offer knows nothing: here they count as the offer's.
 */
function extraIterations(raw: JsonObject): readonly JsonObject[] {
  return asObjects(raw['iterations']).filter(({ type }) => type === 'compaction' || type === 'advisor_message');
}

function toUnits(raw: JsonObject, output: boolean): UnitCounts {
  return known({
    input: asCount(raw['input_tokens']),
    input_cached_read: asCount(raw['cache_read_input_tokens']),
    ...cacheWrites(raw),
    ...(output && outputUnits(raw)),
    searches: asCount(asObject(raw['server_tool_use'])?.['web_search_requests']),
  });
}

function outputUnits(raw: JsonObject): UnitCounts {
  const output = asCount(raw['output_tokens']);
  const thinking = asCount(asObject(raw['output_tokens_details'])?.['thinking_tokens']);
  if (output === undefined || thinking === undefined) return known({ output });
  const reasoning = Math.min(thinking, output);
  return { output: output - reasoning, output_reasoning: reasoning };
}

/** The total is the last word; the split, which only `message_start` has, divides it. Without one, five minutes is the default. */
function cacheWrites(raw: JsonObject): UnitCounts {
  const split = asObject(raw['cache_creation']);
  const short = asCount(split?.['ephemeral_5m_input_tokens']);
  const long = asCount(split?.['ephemeral_1h_input_tokens']);
  const total = asCount(raw['cache_creation_input_tokens']);
  if (total === undefined || total === (short ?? 0) + (long ?? 0)) {
    return known({
      input_cache_write_5m: short ?? (long === undefined ? total : undefined),
      input_cache_write_1h: long,
    });
  }
  const hours = short === 0 && long !== undefined && long > 0 ? total : Math.min(long ?? 0, total);
  return known({ input_cache_write_5m: total - hours, input_cache_write_1h: long === undefined ? undefined : hours });
}

function addUnits(left: UnitCounts, right: UnitCounts): UnitCounts {
  const units = [...new Set([...Object.keys(left), ...Object.keys(right)])] as (keyof UnitCounts)[];
  return Object.fromEntries(units.map((unit) => [unit, (left[unit] ?? 0) + (right[unit] ?? 0)]));
}

function known(units: { readonly [U in keyof UnitCounts]: UnitCounts[U] | undefined }): UnitCounts {
  return Object.fromEntries(Object.entries(units).filter(([, count]) => count !== undefined));
}
