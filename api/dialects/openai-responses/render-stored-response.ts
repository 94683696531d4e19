import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { CollectedAnswer } from '../../requests/collect-answer.js';
import type { StoredCall } from '../../requests/stored-calls.js';
import { asObject } from '../shared/json-fields.js';
import { responseId } from './render-context.js';
import { renderResponse } from './render-response.js';
import { renderResponseObject } from './response-object.js';
import { createResponsesRenderer, storedContext } from './responses-renderer.js';

type Stored = Pick<StoredCall, 'record' | 'call'>;

/** A stored response that has not ended: polled for, as OpenAI's background responses are. */
export function renderUnfinished({ record, call }: Stored): JsonObject {
  const context = storedContext(record, call);
  const status = record.attempts.length === 0 && record.isJob === true ? 'queued' : 'in_progress';
  return renderResponseObject(context, undefined, { status, output: [], warnings: [] });
}

/** A stored response that has ended; one that failed is told with what had come of it. */
export function renderStored({ record, call }: Stored, { frames, event }: CollectedAnswer): JsonObject {
  const context = storedContext(record, call);
  if (event.type === 'answered') return renderResponse(frames, event.summary, context);
  const step = createResponsesRenderer(context).stream();
  for (const [sequence, frame] of frames.entries()) step({ type: 'frame', attempt: 1, sequence, frame });
  const response = asObject(step(event).chunks.at(-1)?.['response']) ?? {};
  const isCancelled = event.type === 'failed' && event.failure.class === 'cancelled';
  return isCancelled ? { ...response, status: 'cancelled', error: null } : response;
}

export function renderDeletedResponse(requestId: string): JsonObject {
  return { id: responseId(requestId), object: 'response.deleted', deleted: true };
}
