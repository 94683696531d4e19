import type { Unit } from '../contracts/usage.js';

const ALL = {
  input: true,
  input_cached_read: true,
  input_cache_write_5m: true,
  input_cache_write_1h: true,
  input_audio: true,
  input_image: true,
  output: true,
  output_reasoning: true,
  output_audio: true,
  output_image: true,
  audio_seconds: true,
  video_seconds: true,
  images: true,
  searches: true,
  file_searches: true,
  containers: true,
  image_tool_input: true,
  image_tool_input_image: true,
  image_tool_output: true,
  image_tool_output_image: true,
  search_units: true,
  characters: true,
  requests: true,
} as const satisfies { readonly [U in Unit]: true };

/** Every unit that can have a price; the compiler asks for a new one here. */
export const UNITS = Object.keys(ALL) as readonly Unit[] as readonly [Unit, ...Unit[]];
