import type { FinishReason } from '../../../../workflows/contracts/answer.js';

/** OpenAI's words, and those that vendors of its dialect use in their place. */
const UNIFIED: { readonly [raw: string]: FinishReason['unified'] } = {
  stop: 'stop',
  eos: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  sensitive: 'content-filter',
};

export function toFinishReason(raw: string | undefined): FinishReason {
  if (raw === undefined) return { unified: 'other' };
  return { unified: Object.hasOwn(UNIFIED, raw) ? (UNIFIED[raw] ?? 'other') : 'other', raw };
}
