import type { AnswerEvent, Warning } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary, ReplyEvent } from '../../../workflows/contracts/reply.js';
import { secondsOfRequestId } from '../../request-id.js';
import type { StreamStep } from '../../requests/answer-renderer.js';
import { asObject } from '../shared/json-fields.js';
import { costOf } from '../shared/media-renderer.js';
import { renderFailed } from '../shared/render-openai-error.js';
import { formatWord, type ImagesRendering, renderUsage } from './image-parts.js';

interface State {
  readonly attempt: number;
  readonly warnings: readonly Warning[];
  /** The last whole picture: the answer's last tells what it cost, which is known once it has ended. */
  readonly whole?: JsonObject;
}

/**
 * Events of `ImageGenStreamEvent` and `ImageEditStreamEvent`: unfinished pictures as they come, each whole one once the next
 * begins or the answer ends. What breaks off ends in an event `error`, after what was whole before it.
 */
export function createImagesStream(rendering: ImagesRendering): (event: ReplyEvent) => StreamStep {
  let state: State = { attempt: 0, warnings: [] };
  return (event) => {
    switch (event.type) {
      case 'frame': {
        // What an earlier attempt announced before it failed does not belong to the answer.
        const begun = event.attempt === state.attempt ? state : { attempt: event.attempt, warnings: [] };
        const { wire, events } = event.frame;
        const streamed = wire?.dialect === 'openai-images' && wire.streamed ? wire.body : undefined;
        const [next, chunks] = renderFrame(begun, events, streamed, rendering);
        state = next;
        return { chunks, end: 'open' };
      }
      case 'answered':
        return { chunks: lastChunk(state, event.summary), end: 'done' };
      default: {
        const { body } = renderFailed(event);
        return { chunks: [...(state.whole ? [state.whole] : []), { type: 'error', ...asObject(body) }], end: 'failed' };
      }
    }
  };
}

function lastChunk({ whole, warnings }: State, summary: AnswerSummary): readonly JsonObject[] {
  if (whole === undefined) return [];
  const usage = { ...renderUsage(summary), ...asObject(whole['usage']), ...costOf(summary) };
  return [{ ...whole, usage, ...(warnings.length > 0 && { warnings: warnings.map((warning) => ({ ...warning })) }) }];
}

function renderFrame(
  before: State,
  events: readonly AnswerEvent[],
  streamed: JsonObject | undefined,
  rendering: ImagesRendering,
): [State, readonly JsonObject[]] {
  let state = before;
  const chunks: JsonObject[] = [];
  for (const event of events) {
    if (event.type === 'warning') state = { ...state, warnings: [...state.warnings, event.warning] };
    if (event.type !== 'image' && event.type !== 'image-partial') continue;
    const { whole, ...others } = state;
    if (whole) chunks.push(whole);
    const chunk = streamed ?? toChunk(event, rendering);
    state = event.type === 'image' ? { ...others, whole: chunk } : others;
    if (event.type === 'image-partial') chunks.push(chunk);
  }
  return [state, chunks];
}

function toChunk(
  event: Extract<AnswerEvent, { type: 'image' | 'image-partial' }>,
  { requestId, call }: ImagesRendering,
): JsonObject {
  const about = call.operation === 'generate' ? 'image_generation' : 'image_edit';
  const { source } = event;
  return {
    type: `${about}.${event.type === 'image' ? 'completed' : 'partial_image'}`,
    ...(event.type === 'image-partial' && { partial_image_index: event.partial }),
    ...(source.type === 'base64' && { b64_json: source.data }),
    ...(source.type === 'url' && { url: source.url }),
    created_at: secondsOfRequestId(requestId),
    size: call.size ?? 'auto',
    quality: call.quality ?? 'auto',
    background: call.background ?? 'auto',
    output_format: source.type === 'base64' ? formatWord(source) : 'png',
  };
}
