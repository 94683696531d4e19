import type { Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import { asObjects } from './json-fields.js';
import { mergeEvents } from './merge-events.js';
import { renderStream, startStream } from './render-stream.js';
import type { RenderContext } from './render-stream.js';

/**
 * A `message` from the frames of the attempt that answered. It is what the stream of the same frames adds up to, so that
 * both say the same; a plain answer of the dialect's own vendor keeps all that it has.
 */
export function renderMessage(frames: readonly Frame[], summary: AnswerSummary, context: RenderContext): JsonObject {
  const message = mergeEvents(streamOf(frames, summary, context));
  const plain = frames.find(({ wire }) => wire?.dialect === 'anthropic-messages' && !wire.streamed)?.wire?.body;
  const warnings = message['warnings'];
  return plain === undefined
    ? message
    : { ...plain, usage: message['usage'], ...(warnings !== undefined && { warnings }) };
}

function streamOf(frames: readonly Frame[], summary: AnswerSummary, context: RenderContext): readonly JsonObject[] {
  let state = startStream(context);
  const chunks = frames.flatMap((frame, sequence) => {
    const [next, step] = renderStream(state, { type: 'frame', attempt: summary.attempt, sequence, frame });
    state = next;
    return step.chunks;
  });
  const all = [...chunks, ...renderStream(state, { type: 'answered', summary })[1].chunks];
  return all.map((event) => withWarningsOfAll(event, all));
}

/** Warnings of a message's beginning and of its end are one list in a plain answer. */
function withWarningsOfAll(event: JsonObject, all: readonly JsonObject[]): JsonObject {
  if (event['type'] !== 'message_delta' || event['warnings'] === undefined) return event;
  const message = all.find(({ type }) => type === 'message_start')?.['message'] as JsonObject | undefined;
  return { ...event, warnings: [...asObjects(message?.['warnings']), ...asObjects(event['warnings'])] };
}
