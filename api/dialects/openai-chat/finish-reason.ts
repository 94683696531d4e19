import type { FinishReason } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';

const FINISH_REASONS: { readonly [R in FinishReason['unified']]: string } = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  // The dialect has no word for these two. A refused answer was withheld; a paused one is not at its end.
  refusal: 'content_filter',
  pause: 'length',
  other: 'stop',
};

/** The specification's word, and the vendor's own beside it (under OpenRouter's name for that) where they differ. */
export function renderFinishReason(reason: FinishReason, legacyFunctions: boolean): JsonObject {
  const word = legacyFunctions && reason.unified === 'tool-calls' ? 'function_call' : FINISH_REASONS[reason.unified];
  return {
    finish_reason: word,
    ...(reason.raw !== undefined && reason.raw !== word && { native_finish_reason: reason.raw }),
  };
}
