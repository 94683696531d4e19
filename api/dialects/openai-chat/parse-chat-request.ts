import type { JsonObject } from '../../../workflows/contracts/json.js';
import { chatMessageSchema } from './chat-message.schema.js';
import type { ChatMessage } from './chat-message.schema.js';
import { chatRequestSchema } from './chat-request.schema.js';
import type { ChatRequestFields } from './chat-request.schema.js';
import { MODEL_MISSING } from '../shared/models-named.js';
import { parseBody } from '../shared/parse-body.js';
import { checkJsonSchema } from './check-json-schema.js';
import { checkMedia } from './check-media.js';
import { checkToolChoice, checkToolMessages } from './check-tool-messages.js';
import { describeIssue } from '../../http/describe-issue.js';
import type { RequestError } from '../../http/describe-issue.js';

/** A request that is known to be well formed: the typed reading of it, and the body as the caller wrote it. */
export interface ParsedChatRequest {
  readonly body: JsonObject;
  readonly fields: ChatRequestFields;
  readonly messages: readonly ChatMessage[];
}

export type ParseResult =
  { readonly ok: true; readonly request: ParsedChatRequest } | { readonly ok: false; readonly error: RequestError };

/**
 * Reads the JSON body of `POST /v1/chat/completions`. Takes any value and never throws; the first problem found is
 * answered in OpenAI's manner, its words free of anything from the messages.
 */
export function parseChatRequest(body: unknown): ParseResult {
  const read = parseBody(chatRequestSchema, body);
  if (!read.ok) return read;
  const { fields } = read;
  if (fields.model == null && fields.models == null) return refuse(MODEL_MISSING);
  const messages: ChatMessage[] = [];
  for (const [index, value] of fields.messages.entries()) {
    const message = chatMessageSchema.safeParse(value);
    if (!message.success) return refuse(describeIssue(message.error.issues, read.body, ['messages', index]));
    messages.push(message.data);
  }
  const problem =
    checkToolChoice(fields) ?? checkToolMessages(messages) ?? checkJsonSchema(fields) ?? checkMedia(messages);
  return problem ? refuse(problem) : { ok: true, request: { body: read.body, fields, messages } };
}

function refuse(error: RequestError): ParseResult {
  return { ok: false, error };
}
