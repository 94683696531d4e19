import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { asText } from './json-fields.js';
import { renderFailure, renderRefusal } from './render-error.js';
import { renderMessage } from './render-message.js';
import { renderStream, startStream } from './render-stream.js';
import type { RenderContext } from './render-stream.js';
import { untranslatedContent } from './untranslated-content.js';

const PING = 'event: ping\ndata: {"type": "ping"}\n\n';

/** Answers in this dialect; nothing in them depends on when or by which process they are rendered. */
export function createMessagesRenderer(requestId: string, models: readonly string[], call: ChatCall): AnswerRenderer {
  const [model = ''] = models;
  const context: RenderContext = { requestId, model, untranslated: untranslatedContent(call.source.body) };
  return {
    plain: (frames, summary) => renderMessage(frames, summary, context),
    error: (event) =>
      event.type === 'failed'
        ? renderFailure(event.failure, event.detail, requestId, event.summary)
        : renderRefusal(event.refusal, requestId),
    stream: () => {
      let state = startStream(context);
      return (event) => {
        const [next, output] = renderStream(state, event);
        state = next;
        return output;
      };
    },
    framing: {
      eventName: (event: JsonObject) => asText(event['type']),
      endMarker: '',
      keepAlive: PING,
      besides: (event, fields) => (event['type'] === 'message_delta' ? { ...event, ...fields } : undefined),
    },
  };
}
