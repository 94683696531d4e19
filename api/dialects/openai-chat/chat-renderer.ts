import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { RequestRecord } from '../../../workflows/contracts/ports.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { secondsOfRequestId } from '../../request-id.js';
import { asObject, asObjects } from '../shared/json-fields.js';
import { renderAnswer } from './render-answer.js';
import { renderFailed } from '../shared/render-openai-error.js';
import { renderStream, startStream } from './render-stream.js';
import type { StreamContext } from './render-stream.js';

export interface ChatRendering {
  readonly requestId: string;
  /** Its answer is found by its id, which is then ours. */
  readonly stored?: boolean;
  /** The first model that was asked for. */
  readonly model: string;
  readonly includeUsage: boolean;
  readonly legacyFunctions: boolean;
}

/** Answers in this dialect; nothing in them depends on when or by which process they are rendered. */
export function createChatRenderer(rendering: ChatRendering): AnswerRenderer {
  const context: StreamContext = { ...rendering, createdAtSeconds: secondsOfRequestId(rendering.requestId) };
  return {
    plain: (frames, summary) => renderAnswer(frames, { ...context, summary }),
    error: renderFailed,
    stream: () => {
      let state = startStream(context);
      return (event) => {
        const [next, output] = renderStream(state, event);
        state = next;
        return output;
      };
    },
    framing: { endMarker: 'data: [DONE]\n\n', besides: besideAnEnd },
  };
}

/** On the chunk in which a choice ends: not every stream has one of usage behind it. */
function besideAnEnd(chunk: JsonObject, fields: JsonObject): JsonObject | undefined {
  const isEnd = asObjects(chunk['choices']).some(({ finish_reason: reason }) => typeof reason === 'string');
  return isEnd ? { ...chunk, ...fields } : undefined;
}

/** The rendering that the first caller of a stored call asked for. */
export function storedRendering(
  { id: requestId, models, stored }: Pick<RequestRecord, 'id' | 'models' | 'stored'>,
  call: ChatCall,
): ChatRendering {
  const { body } = call.source;
  const [model = ''] = models;
  return {
    requestId,
    stored,
    model,
    includeUsage: asObject(body['stream_options'])?.['include_usage'] === true,
    legacyFunctions: asObjects(body['functions']).length > 0 && asObjects(body['tools']).length === 0,
  };
}
