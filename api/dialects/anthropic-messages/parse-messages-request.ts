import { z } from 'zod';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { checkStructure } from './check-structure.js';
import { checkTurns } from './check-turns.js';
import type { CheckedMessage } from './check-turns.js';
import { describeIssue } from './describe-issue.js';
import { messagesRequestSchema, thinkingSchemas } from './messages-request.schema.js';
import type { MessagesRequestFields } from './messages-request.schema.js';
import { blocksOf, checkBlocks } from './parse-block.js';
import { parseTools } from './parse-tools.js';
import type { ParsedTool } from './parse-tools.js';
import { problemAt } from './request-error.js';
import type { RequestError } from './request-error.js';
import { LIMITS } from './request-limits.js';

/** A request that is known to be well formed: the typed reading of it, and the body as the caller wrote it. */
export interface ParsedMessagesRequest {
  readonly body: JsonObject;
  readonly fields: MessagesRequestFields;
  readonly system: readonly JsonObject[];
  readonly messages: readonly CheckedMessage[];
  readonly tools: readonly ParsedTool[];
}

export type ParseResult =
  { readonly ok: true; readonly request: ParsedMessagesRequest } | { readonly ok: false; readonly error: RequestError };

export interface ParseOptions {
  /** Beta features that the caller asked for, which change what is valid. */
  readonly betas: readonly string[];
  /** `count_tokens` takes a request without a cap on output. */
  readonly counting?: boolean;
}

const messageSchema = z.looseObject({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string(), z.array(z.unknown()).max(LIMITS.blocksPerMessage)]),
});

const countingSchema = messagesRequestSchema.extend({ max_tokens: messagesRequestSchema.shape.max_tokens.nullish() });

/**
 * Reads the JSON body of `POST /v1/messages`. Takes any value and never throws; the first problem found is answered in
 * the vendor's manner, its words free of anything from the messages.
 */
export function parseMessagesRequest(body: unknown, options: ParseOptions): ParseResult {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return refuse({ message: 'The body must be a JSON object.' });
  }
  const structure = checkStructure(body);
  if (structure) return refuse(structure);
  if ('thread' in body && body.thread != null) return refuse(NO_THREADS);
  const read = (options.counting === true ? countingSchema : messagesRequestSchema).safeParse(body);
  if (!read.success) return refuse(describeIssue(read.error.issues, body));
  const fields: MessagesRequestFields = { ...read.data, max_tokens: read.data.max_tokens ?? 0 };
  if (fields.model == null && fields.models == null) return refuse(problemAt(['model'], 'Field required'));
  const system = parseSystem(fields);
  if ('message' in system) return refuse(system);
  const messages = parseMessages(fields);
  if ('message' in messages) return refuse(messages);
  const tools = parseTools(fields);
  if (!tools.ok) return refuse(tools.error);
  const problem = checkTurns(messages) ?? checkThinking(fields, options);
  if (problem) return refuse(problem);
  return { ok: true, request: { body: body as JsonObject, fields, system, messages, tools: tools.tools } };
}

function parseSystem({ system }: MessagesRequestFields): readonly JsonObject[] | RequestError {
  if (system == null || typeof system === 'string') return blocksOf(system ?? undefined);
  return checkBlocks(system, ['system']) ?? (system as readonly JsonObject[]);
}

function parseMessages(fields: MessagesRequestFields): readonly CheckedMessage[] | RequestError {
  if (fields.messages.length === 0) return problemAt(['messages'], 'at least one message is required');
  const messages: CheckedMessage[] = [];
  for (const [index, value] of fields.messages.entries()) {
    const path = ['messages', index];
    const read = messageSchema.safeParse(value);
    if (!read.success) return describeIssue(read.error.issues, fields, path);
    const { role, content } = read.data;
    if (content.length === 0 && !(role === 'assistant' && index === fields.messages.length - 1)) {
      return problemAt(
        path,
        'all messages must have non-empty content except for the optional final assistant message',
      );
    }
    const problem = typeof content === 'string' ? undefined : checkBlocks(content, [...path, 'content']);
    if (problem) return problem;
    messages.push({ role, blocks: blocksOf(content as string | readonly JsonObject[]) });
  }
  return messages;
}

/** Interleaved thinking spends its budget over several answers, so that there it may exceed the cap on one. */
function checkThinking(fields: MessagesRequestFields, options: ParseOptions): RequestError | undefined {
  if (fields.thinking?.type !== 'enabled') return undefined;
  const read = thinkingSchemas.enabled.safeParse(fields.thinking);
  if (!read.success) return describeIssue(read.error.issues, fields, ['thinking']);
  const interleaved = options.betas.some((beta) => beta.startsWith('interleaved-thinking'));
  if (options.counting === true || interleaved || read.data.budget_tokens < fields.max_tokens) return undefined;
  return problemAt(['max_tokens'], '`max_tokens` must be greater than `thinking.budget_tokens`');
}

/**
 * Conversations that the server holds between turns (beta `message-threads`). The vendor's clients know this answer: they go on
 * by themselves with all messages in each request.
 */
const NO_THREADS: RequestError = {
  message: 'thread: Conversations are not held here between requests. Send all messages with each of them.',
  details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
};

function refuse(error: RequestError): ParseResult {
  return { ok: false, error };
}
