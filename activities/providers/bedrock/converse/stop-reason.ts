import type { FinishReason } from '../../../../workflows/contracts/answer.js';

/** The service model's `StopReason`. */
const REASONS: { readonly [raw: string]: FinishReason['unified'] } = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool-calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  malformed_model_output: 'other',
  malformed_tool_use: 'other',
};

/** `raw` is absent where the vendor gave none. */
export function toFinishReason(raw: string | undefined): FinishReason {
  if (raw === undefined) return { unified: 'other' };
  return { unified: Object.hasOwn(REASONS, raw) ? (REASONS[raw] ?? 'other') : 'other', raw };
}
