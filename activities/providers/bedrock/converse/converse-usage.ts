import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { UnitCounts, Usage } from '../../../../workflows/contracts/usage.js';
import { asCount, asObjects } from '../../json-fields.js';

/**
 * `TokenUsage` as units that do not overlap: `inputTokens` leave what was read from or written to the cache out already.
 * `outputTokens` include reasoning, which is not told apart. `undefined` where nothing was reported.
 */
export function toUsage(raw: JsonObject | undefined): Usage | undefined {
  if (raw === undefined) return undefined;
  const units = known({
    input: asCount(raw['inputTokens']),
    input_cached_read: asCount(raw['cacheReadInputTokens']),
    ...cacheWrites(raw),
    output: asCount(raw['outputTokens']),
  });
  return Object.keys(units).length === 0 ? undefined : { units, source: 'reported', raw: numbersOnly(raw) };
}

/** The total is the last word; the details divide it by lifetime. Without any, five minutes is the default. */
function cacheWrites(raw: JsonObject): UnitCounts {
  const total = asCount(raw['cacheWriteInputTokens']);
  const details = asObjects(raw['cacheDetails']);
  if (total === undefined || details.length === 0) return known({ input_cache_write_5m: total });
  const hours = details
    .filter(({ ttl }) => ttl === '1h')
    .reduce((sum, { inputTokens }) => sum + (asCount(inputTokens) ?? 0), 0);
  const long = Math.min(hours, total);
  return { input_cache_write_5m: total - long, input_cache_write_1h: long };
}

/** Usage goes into histories, so strings, which could be anything, are left out. */
function numbersOnly(raw: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => typeof value === 'number'));
}

function known(units: { readonly [U in keyof UnitCounts]: UnitCounts[U] | undefined }): UnitCounts {
  return Object.fromEntries(Object.entries(units).filter(([, count]) => count !== undefined));
}
