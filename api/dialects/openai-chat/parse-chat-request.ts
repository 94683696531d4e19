import type { JsonObject } from '../../../workflows/contracts/json.js';
import { chatMessageSchema } from './chat-message.schema.js';
import type { ChatMessage } from './chat-message.schema.js';
import { chatRequestSchema } from './chat-request.schema.js';
import type { ChatRequestFields } from './chat-request.schema.js';
import { checkStructure } from '../shared/check-structure.js';
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
  if (!isJsonObject(body)) {
    return refuse({ message: 'The body must be a JSON object.', param: null, code: 'invalid_type' });
  }
  const structure = checkStructure(body);
  if (structure) return refuse(structure);
  const read = chatRequestSchema.safeParse(body);
  if (!read.success) return refuse(describeIssue(firstIssue(read.error.issues), body));
  const fields = read.data;
  if (fields.model == null && fields.models == null) return refuse(MODEL_MISSING);
  const messages: ChatMessage[] = [];
  for (const [index, value] of fields.messages.entries()) {
    const message = chatMessageSchema.safeParse(value);
    if (!message.success) return refuse(describeIssue(firstIssue(message.error.issues), body, ['messages', index]));
    messages.push(message.data);
  }
  const problem =
    checkToolChoice(fields) ?? checkToolMessages(messages) ?? checkJsonSchema(fields) ?? checkMedia(messages);
  return problem ? refuse(problem) : { ok: true, request: { body, fields, messages } };
}

const MODEL_MISSING: RequestError = {
  message: "Missing required parameter: 'model'. Name a model, or several in order of preference in 'models'.",
  param: 'model',
  code: 'missing_required_parameter',
};

function isJsonObject(body: unknown): body is JsonObject {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function firstIssue<T>(issues: readonly T[]): T {
  const [first] = issues;
  if (first === undefined) throw new Error('zod failed without an issue');
  return first;
}

function refuse(error: RequestError): ParseResult {
  return { ok: false, error };
}
