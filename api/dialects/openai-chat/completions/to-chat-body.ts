import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { describeIssue } from '../../../http/describe-issue.js';
import type { RequestError } from '../../../http/describe-issue.js';
import { parseChatRequest } from '../parse-chat-request.js';
import type { ParseResult } from '../parse-chat-request.js';
import { CHAT_ONLY, completionFieldsSchema } from './completion-request.schema.js';
import type { CompletionFields } from './completion-request.schema.js';

/** The specification's default. A chat has none, so that it must be said. */
const DEFAULT_MAX_TOKENS = 16;

/**
 * Reads the body of `POST /v1/completions` as that of a chat with one message of the user: every model of today is a chat
 * model. What a chat cannot do (text before a suffix, the prompt again, the best of several) is refused.
 */
export function parseCompletionRequest(body: unknown): ParseResult {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return parseChatRequest(body);
  const read = completionFieldsSchema.safeParse(body);
  if (!read.success) return { ok: false, error: describeIssue(read.error.issues, body) };
  const prompt = promptOf(read.data);
  if (typeof prompt !== 'string') return { ok: false, error: prompt };
  const problem = refuseForeign(body as JsonObject) ?? refuseUnable(read.data);
  return problem ? { ok: false, error: problem } : parseChatRequest(toChatBody(body as JsonObject, read.data, prompt));
}

function promptOf({ prompt }: CompletionFields): string | RequestError {
  if (typeof prompt === 'string') return prompt;
  const [only, ...others] = prompt;
  if (typeof only === 'string' && others.length === 0) return only;
  if (typeof only === 'string') {
    return refuse('prompt', 'one request runs one prompt. Send a request for each', 'array_above_max_length');
  }
  const code = prompt.length === 0 ? 'empty_array' : 'unsupported_value';
  return refuse('prompt', 'token ids are of one model only. Send the prompt as a string', code);
}

function refuseForeign(body: JsonObject): RequestError | undefined {
  const field = CHAT_ONLY.find((name) => body[name] !== undefined && body[name] !== null);
  if (field === undefined) return undefined;
  return refuse(field, 'it belongs to POST /v1/chat/completions. Send the request there', 'unknown_parameter');
}

function refuseUnable({ suffix, echo, best_of: bestOf, n }: CompletionFields): RequestError | undefined {
  const code = 'unsupported_value';
  if (suffix != null && suffix !== '') return refuse('suffix', 'a chat model writes no text before another', code);
  if (echo === true) return refuse('echo', 'the prompt is not told again. Put it before the answer yourself', code);
  if (bestOf != null && bestOf > (typeof n === 'number' ? n : 1)) {
    return refuse('best_of', "every answer is given. Ask for several by 'n' and choose", code);
  }
  return undefined;
}

function toChatBody(body: JsonObject, { logprobs }: CompletionFields, prompt: string): JsonObject {
  const { prompt: _prompt, suffix: _suffix, echo: _echo, best_of: _bestOf, logprobs: _logprobs, ...shared } = body;
  return {
    ...shared,
    max_tokens: shared['max_tokens'] ?? shared['max_completion_tokens'] ?? DEFAULT_MAX_TOKENS,
    messages: [{ role: 'user', content: prompt }],
    ...(logprobs != null && { logprobs: true, top_logprobs: logprobs }),
  };
}

function refuse(param: string, what: string, code: string): RequestError {
  return { message: `Invalid '${param}': ${what}.`, param, code };
}
