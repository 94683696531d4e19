import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { isObject, objectsOf } from './json-fields.js';

/** A request for the Responses API in the chat dialect's words, as far as the fake wants to know of it. */
export const asChatBody = (body: JsonObject): JsonObject => {
  const text = isObject(body.text) ? body.text : {};
  return {
    model: body.model,
    stream: body.stream,
    messages: messagesOf(body),
    tools: objectsOf(body.tools).map((tool) => ({ function: tool })),
    tool_choice: choiceOf(body.tool_choice),
    parallel_tool_calls: body.parallel_tool_calls,
    max_completion_tokens: body.max_output_tokens,
    response_format: formatOf(text.format),
  };
};

const messagesOf = ({ input, instructions }: JsonObject): readonly JsonObject[] => {
  const system = typeof instructions === 'string' ? [{ role: 'system', content: instructions }] : [];
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : objectsOf(input);
  return [...system, ...items.flatMap(messageOf)];
};

const messageOf = (item: JsonObject): readonly JsonObject[] => {
  if (item.role !== undefined) return [{ role: item.role, content: item.content }];
  const isResult = item.type === 'function_call_output' || item.type === 'custom_tool_call_output';
  return isResult ? [{ role: 'tool', content: item.output }] : [];
};

const choiceOf = (choice: Json | undefined): Json | undefined =>
  isObject(choice) && (choice.type === 'function' || choice.type === 'custom') ? { function: choice } : choice;

const formatOf = (format: Json | undefined): JsonObject | undefined => {
  if (!isObject(format)) return undefined;
  return format.type === 'json_schema' ? { type: 'json_schema', json_schema: format } : format;
};
