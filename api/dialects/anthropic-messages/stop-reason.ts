import type { FinishReason } from '../../../workflows/contracts/answer.js';

const STOP_REASONS: { readonly [R in FinishReason['unified']]: string } = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  refusal: 'refusal',
  pause: 'pause_turn',
  other: 'end_turn',
};

/** Words of the dialect that the canonical ones do not tell apart. */
const OWN_WORDS = new Set(['stop_sequence', 'model_context_window_exceeded']);

export interface SaidByEnd {
  readonly calledTools: boolean;
  readonly refused: boolean;
}

/**
 * Why an answer of another vendor ended. Callers of this dialect run tools by this word alone, so that it says `tool_use`
 * wherever a tool was called, even by a vendor that says no more than that it stopped.
 */
export function renderStopReason(reason: FinishReason | undefined, { calledTools, refused }: SaidByEnd): string {
  if (reason?.raw !== undefined && OWN_WORDS.has(reason.raw)) return reason.raw;
  const unified = reason?.unified ?? 'other';
  if (unified === 'stop' || unified === 'other') {
    if (calledTools) return 'tool_use';
    if (refused) return 'refusal';
  }
  return STOP_REASONS[unified];
}
