import type { Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { StoredAnswer } from '../../../workflows/contracts/ports.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import type { StoredCall } from '../../requests/stored-calls.js';
import { createChatRenderer, storedRendering } from './chat-renderer.js';
import { asObjects } from '../shared/json-fields.js';
import { toCompletionId } from './render-context.js';

/** A stored completion as OpenAI shows one: the answer once more, with its labels. */
export function renderStoredCompletion(
  { record, call, answer }: StoredCall,
  frames: readonly Frame[],
  summary: AnswerSummary,
): JsonObject {
  const renderer = createChatRenderer(storedRendering(record, call));
  return {
    ...renderer.plain(frames, summary),
    request_id: record.id,
    metadata: answer.metadata,
  };
}

/**
 * The messages of a stored call as its caller wrote them, each with an id. Content that came as parts is shown as parts, in
 * the place that OpenAI gives them.
 */
export function renderStoredMessages({ call, answer }: StoredCall): readonly (JsonObject & { readonly id: string })[] {
  return asObjects(call.source.body['messages']).map((message, index) => {
    const { content = null } = message;
    const parts = Array.isArray(content);
    return {
      id: `${toCompletionId(answer.requestId)}-${index}`,
      ...message,
      content: parts ? null : content,
      content_parts: parts ? content : null,
    };
  });
}

export function renderDeleted({ requestId }: Pick<StoredAnswer, 'requestId'>): JsonObject {
  return { id: toCompletionId(requestId), object: 'chat.completion.deleted', deleted: true };
}
