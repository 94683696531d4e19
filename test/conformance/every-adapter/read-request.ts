import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { object, objects, text } from '../converse-samples.js';
import type { Wire } from './adapters.js';

export interface SentCall {
  /** Empty where the vendor has no ids, so that order and name alone tell. */
  readonly id: string;
  readonly name: string;
}

export interface SentResult {
  readonly id: string;
  /** Empty where a result does not name its tool. */
  readonly name: string;
  /** All of it, as JSON. */
  readonly content: string;
}

/** What a request says of tools, read in its own format. */
export interface SentTools {
  readonly declared: readonly string[];
  readonly calls: readonly SentCall[];
  readonly results: readonly SentResult[];
  /** Whether the results stand right after the message with the calls, before anybody says anything else. */
  readonly adjacent: boolean;
}

export function readTools(wire: Wire, body: JsonObject): SentTools {
  switch (wire) {
    case 'openai-chat':
      return readChat(body);
    case 'openai-responses':
      return readResponses(body);
    case 'anthropic':
      return readMessages(body);
    case 'gemini':
      return readGemini(body);
    case 'converse':
      return readConverse(body);
  }
}

const json = (value: Json | undefined): string => JSON.stringify(value ?? null);

function readChat(body: JsonObject): SentTools {
  const messages = objects(body['messages']);
  const calls = messages.flatMap(({ tool_calls }) => objects(tool_calls));
  const isResult = ({ role }: JsonObject): boolean => role === 'tool';
  return {
    declared: objects(body['tools']).map((tool) => text(object(tool['function'])['name'])),
    calls: calls.map(({ id, function: called }) => ({ id: text(id), name: text(object(called)['name']) })),
    results: messages
      .filter(isResult)
      .map(({ tool_call_id, content }) => ({ id: text(tool_call_id), name: '', content: json(content) })),
    adjacent: isAdjacent(messages, ({ tool_calls }) => objects(tool_calls).length, isResult),
  };
}

function readResponses(body: JsonObject): SentTools {
  const items = objects(body['input']);
  const isCall = ({ type }: JsonObject): boolean => type === 'function_call';
  const isResult = ({ type }: JsonObject): boolean => type === 'function_call_output';
  const last = items.findLastIndex(isCall);
  return {
    declared: objects(body['tools']).map(({ name }) => text(name)),
    calls: items.filter(isCall).map(({ call_id, name }) => ({ id: text(call_id), name: text(name) })),
    results: items
      .filter(isResult)
      .map(({ call_id, output }) => ({ id: text(call_id), name: '', content: json(output) })),
    adjacent: items.slice(last + 1).every(isResult) || last < 0,
  };
}

function readMessages(body: JsonObject): SentTools {
  const messages = objects(body['messages']);
  const blocks = messages.flatMap(({ content }) => objects(content));
  const isResult = ({ type }: JsonObject): boolean => type === 'tool_result';
  return {
    declared: objects(body['tools']).map(({ name }) => text(name)),
    calls: blocks.filter(({ type }) => type === 'tool_use').map(({ id, name }) => ({ id: text(id), name: text(name) })),
    results: blocks
      .filter(isResult)
      .map(({ tool_use_id, content }) => ({ id: text(tool_use_id), name: '', content: json(content) })),
    adjacent: inNextTurn(messages, 'content', ({ type }) => type === 'tool_use', isResult),
  };
}

function readGemini(body: JsonObject): SentTools {
  const contents = objects(body['contents']);
  const parts = contents.flatMap((turn) => objects(turn['parts']));
  const named = (field: string) => parts.flatMap((part) => (part[field] === undefined ? [] : [object(part[field])]));
  const isResult = (part: JsonObject): boolean => part['functionResponse'] !== undefined;
  return {
    declared: objects(body['tools'])
      .flatMap(({ functionDeclarations }) => objects(functionDeclarations))
      .map(({ name }) => text(name)),
    calls: named('functionCall').map(({ id, name }) => ({ id: text(id), name: text(name) })),
    results: named('functionResponse').map(({ id, name, response }) => ({
      ...{ id: text(id), name: text(name), content: json(response) },
    })),
    adjacent: inNextTurn(contents, 'parts', (part) => part['functionCall'] !== undefined, isResult),
  };
}

function readConverse(body: JsonObject): SentTools {
  const messages = objects(body['messages']);
  const blocks = messages.flatMap(({ content }) => objects(content));
  const named = (field: string) =>
    blocks.flatMap((block) => (block[field] === undefined ? [] : [object(block[field])]));
  const isResult = (block: JsonObject): boolean => block['toolResult'] !== undefined;
  return {
    declared: objects(object(body['toolConfig'])['tools']).map((tool) => text(object(tool['toolSpec'])['name'])),
    calls: named('toolUse').map(({ toolUseId, name }) => ({ id: text(toolUseId), name: text(name) })),
    results: named('toolResult').map(({ toolUseId, content }) => ({
      ...{ id: text(toolUseId), name: '', content: json(content) },
    })),
    adjacent: inNextTurn(messages, 'content', (block) => block['toolUse'] !== undefined, isResult),
  };
}

/** As many results follow a message as it has calls. */
function isAdjacent(
  messages: readonly JsonObject[],
  callsOf: (message: JsonObject) => number,
  isResult: (message: JsonObject) => boolean,
): boolean {
  return messages.every((message, index) => {
    const count = callsOf(message);
    return messages.slice(index + 1, index + 1 + count).filter(isResult).length === count;
  });
}

/** The turn after one with calls begins with as many results. */
function inNextTurn(
  turns: readonly JsonObject[],
  field: string,
  isCall: (block: JsonObject) => boolean,
  isResult: (block: JsonObject) => boolean,
): boolean {
  return turns.every((turn, index) => {
    const count = objects(turn[field]).filter(isCall).length;
    const next = objects(turns[index + 1]?.[field]).slice(0, count);
    return next.length === count && next.every(isResult);
  });
}

/** The value at a path of names in dots. */
export function at(body: JsonObject, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((value, name) => object(value)[name], body);
}
