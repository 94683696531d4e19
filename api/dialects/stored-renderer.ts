import type { Call } from '../../workflows/contracts/media-calls.js';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { AnswerRenderer } from '../requests/answer-renderer.js';
import { mediaRenderer } from './media-renderers.js';
import { createMessagesRenderer } from './anthropic-messages/messages-renderer.js';
import { createChatRenderer, storedRendering } from './openai-chat/chat-renderer.js';
import { createTextRenderer } from './openai-chat/completions/text-renderer.js';
import { createResponsesRenderer, storedContext } from './openai-responses/responses-renderer.js';

/** Renders the answer to a stored call once more, as its first caller asked for it. */
export function storedRenderer(record: RequestRecord, call: Call): AnswerRenderer {
  if (call.kind !== 'chat') return mediaRenderer(record, call);
  if (call.source.dialect === 'anthropic-messages') return createMessagesRenderer(record.id, record.models, call);
  const { dialect, form } = call.source;
  if (dialect === 'openai-responses' && form !== 'chat-completion')
    return createResponsesRenderer(storedContext(record, call));
  const rendering = storedRendering(record, call);
  return form === 'text-completion' ? createTextRenderer(rendering) : createChatRenderer(rendering);
}
