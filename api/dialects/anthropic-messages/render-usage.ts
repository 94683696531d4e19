import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import type { Unit, Usage } from '../../../workflows/contracts/usage.js';
import { toUsd } from '../../usd.js';
import { renderOwn } from '../shared/cost.js';

/** The vendor's own usage where it speaks this dialect, else ours in its words; with what the caller pays, in USD. */
export function renderUsage(summary: AnswerSummary, vendorUsage?: JsonObject): JsonObject {
  const usage = vendorUsage ?? toMessageUsage(summary.usage);
  return { ...usage, cost: Number(toUsd(summary.chargeNanoUsd)), ...renderOwn(summary) };
}

/**
 * The dialect's usage from units that do not overlap: its input leaves cached tokens out, its output includes thinking.
 * The two counts that every client reads are 0 where nothing is known; what else was not reported is absent.
 */
function toMessageUsage({ units, source }: Usage): JsonObject {
  const sum = (...names: readonly Unit[]): number | undefined => {
    const reported = names.map((name) => units[name]).filter((count) => count !== undefined);
    return reported.length === 0 ? undefined : reported.reduce((total, count) => total + count, 0);
  };
  const written = sum('input_cache_write_5m', 'input_cache_write_1h');
  return reported({
    input_tokens: sum('input', 'input_audio', 'input_image') ?? 0,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: units.input_cached_read,
    cache_creation: written === undefined ? undefined : cacheCreation(units),
    output_tokens: sum('output', 'output_reasoning', 'output_audio', 'output_image') ?? 0,
    output_tokens_details:
      units.output_reasoning === undefined ? undefined : { thinking_tokens: units.output_reasoning },
    server_tool_use: units.searches === undefined ? undefined : { web_search_requests: units.searches },
    estimated: source === 'counted' ? true : undefined,
  });
}

function cacheCreation(units: Usage['units']): JsonObject {
  return {
    ephemeral_5m_input_tokens: units.input_cache_write_5m ?? 0,
    ephemeral_1h_input_tokens: units.input_cache_write_1h ?? 0,
  };
}

function reported(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
