import type { Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import { asObject } from '../shared/json-fields.js';
import type { RenderContext } from './render-context.js';
import { renderStream } from './render-stream.js';
import { startState } from './stream-state.js';

/**
 * A whole `response` from the frames of the attempt that answered. It is what the last event of the same answer's stream
 * would have held, so that both forms say the same; a plain answer of a vendor of this dialect is that vendor's own, but
 * for what is the gateway's to say.
 */
export function renderResponse(frames: readonly Frame[], summary: AnswerSummary, context: RenderContext): JsonObject {
  let state = startState(context);
  for (const [sequence, frame] of frames.entries()) {
    [state] = renderStream(state, { type: 'frame', attempt: summary.attempt, sequence, frame });
  }
  const [, { chunks }] = renderStream(state, { type: 'answered', summary });
  return asObject(chunks.at(-1)?.['response']) ?? {};
}
