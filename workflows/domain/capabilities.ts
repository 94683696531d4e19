import type { Capability } from '../contracts/offers.js';

const ALL = {
  tools: true,
  images: true,
  files: true,
  audio_input: true,
  video_input: true,
  audio_output: true,
  json_schema: true,
  reasoning: true,
  web_search: true,
  logprobs: true,
} as const satisfies { readonly [C in Capability]: true };

/** Everything that a model may be able to do; the compiler asks for a new one here. */
export const CAPABILITIES = Object.keys(ALL) as readonly Capability[] as readonly [Capability, ...Capability[]];
