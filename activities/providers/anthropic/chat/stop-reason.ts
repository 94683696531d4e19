import type { FinishReason } from '../../../../workflows/contracts/answer.js';

const REASONS: { readonly [raw: string]: FinishReason['unified'] } = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  refusal: 'refusal',
};

/** Source: the vendor's page "Stop reasons and fallback". `raw` is absent where the vendor gave none. */
export function toFinishReason(raw: string | undefined): FinishReason {
  if (raw === undefined) return { unified: 'other' };
  return { unified: Object.hasOwn(REASONS, raw) ? (REASONS[raw] ?? 'other') : 'other', raw };
}
