import type { Json } from './json.js';
import type { MediaProperties } from './media-properties.js';
import type { UsdDecimal } from './money.js';

/**
 * What a call can consume. Units do not overlap: `input` excludes cached reads, cache writes and audio, and `output`
 * excludes reasoning and audio, whatever the vendor's own counting, so that an amount is the sum over units.
 */
export type Unit =
  | 'input'
  | 'input_cached_read'
  | 'input_cache_write_5m'
  | 'input_cache_write_1h'
  | 'input_audio'
  | 'input_image'
  | 'output'
  | 'output_reasoning'
  | 'output_audio'
  | 'output_image'
  | 'audio_seconds'
  | 'video_seconds'
  | 'images'
  | 'searches'
  /** Searches of the caller's own files. */
  | 'file_searches'
  /** Gigabytes of the containers in which the vendor ran code, each for up to 20 minutes. */
  | 'containers'
  /** Tokens of the model with which the vendor's own tool makes pictures, beside those of the model that calls the tool. */
  | 'image_tool_input'
  | 'image_tool_input_image'
  | 'image_tool_output'
  | 'image_tool_output_image'
  | 'search_units'
  | 'characters'
  | 'requests';

export type UnitCounts = { readonly [U in Unit]?: number };

/** Whole-number quantities by unit. A unit that the vendor did not report is absent, never 0. */
export interface Usage {
  readonly units: UnitCounts;
  /** `reported` by the vendor, `counted` by us from what arrived (a cut stream), or `none`. */
  readonly source: 'reported' | 'counted' | 'none';
  /** What the vendor itself says that it charges, exact; absent where it does not say. Kept beside what we charge, never charged. */
  readonly statedUsd?: UsdDecimal;
  /** As what it came, where that has a price of its own and may differ from what was asked for. */
  readonly delivered?: MediaProperties;
  /** The vendor's own usage object: token counts only, never content. */
  readonly raw?: Json;
}
