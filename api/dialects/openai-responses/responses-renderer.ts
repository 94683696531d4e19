import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { RequestRecord } from '../../../workflows/contracts/ports.js';
import { secondsOfRequestId } from '../../request-id.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { asObject, asText } from '../shared/json-fields.js';
import { renderFailed } from '../shared/render-openai-error.js';
import type { RenderContext } from './render-context.js';
import { renderResponse } from './render-response.js';
import { renderStream } from './render-stream.js';
import { CLOSING } from './render-wire.js';
import { startState } from './stream-state.js';

/** Answers in this dialect; nothing in them depends on when or by which process they are rendered. */
export function createResponsesRenderer(context: RenderContext): AnswerRenderer {
  return {
    plain: (frames, summary) => renderResponse(frames, summary, context),
    error: renderFailed,
    stream: () => {
      let state = startState(context);
      return (event) => {
        const [next, step] = renderStream(state, event);
        state = next;
        return step;
      };
    },
    // The dialect has no end marker: its last event says how the response ended.
    framing: {
      endMarker: '',
      eventName: ({ type }) => (typeof type === 'string' ? type : undefined),
      besides: withinResponse,
    },
  };
}

/** Within the response that the last event repeats whole, as in a plain answer. */
function withinResponse(event: JsonObject, fields: JsonObject): JsonObject | undefined {
  const response = CLOSING.includes(asText(event['type'])) ? asObject(event['response']) : undefined;
  return response && { ...event, response: { ...response, ...fields } };
}

/** What the renderings of a stored call go by. */
export function storedContext({ id, models, stored }: StoredRecord, call: ChatCall): RenderContext {
  const { continues } = call;
  return renderContext(id, models, call, { stored, ...(continues !== undefined && { previousResponseId: continues }) });
}

type StoredRecord = Pick<RequestRecord, 'id' | 'models' | 'stored'>;

/** What every rendering of a call's answer goes by, the first one and those of later. */
export function renderContext(
  requestId: string,
  models: readonly string[],
  call: ChatCall,
  kept: Pick<RenderContext, 'stored' | 'previousResponseId'> = { stored: false },
): RenderContext {
  const [model = ''] = models;
  return { requestId, model, createdAtSeconds: secondsOfRequestId(requestId), request: call.source.body, ...kept };
}
