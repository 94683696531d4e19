import type { ChatMessage } from './chat-message.schema.js';
import type { RequestError } from '../../http/describe-issue.js';
import type { ChatRequestFields } from './chat-request.schema.js';

/**
 * Refuses what no vendor can make sense of: two calls of one message under one id, and a result whose call is nowhere
 * before it. What some vendors take (an id used again in a later turn, a call without a result) is left to them.
 */
export function checkToolMessages(messages: readonly ChatMessage[]): RequestError | undefined {
  const called = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === 'assistant') {
      const repeated = repeatedIndex((message.tool_calls ?? []).map((call) => call.id));
      if (repeated !== undefined) {
        return {
          message: `Duplicate value for 'messages[${index}].tool_calls[${repeated}].id': each call of a message needs an id of its own.`,
          param: `messages[${index}].tool_calls[${repeated}].id`,
          code: 'invalid_value',
        };
      }
      for (const call of message.tool_calls ?? []) called.add(call.id);
    }
    if (message.role === 'tool' && !called.has(message.tool_call_id)) {
      return {
        message: `Invalid 'messages[${index}].tool_call_id': messages with role 'tool' must answer a 'tool_calls' entry of an earlier assistant message.`,
        param: `messages[${index}].tool_call_id`,
        code: 'invalid_value',
      };
    }
  }
  return undefined;
}

/** A tool that is to be called must be among the tools that are given. */
export function checkToolChoice(fields: ChatRequestFields): RequestError | undefined {
  const choice = fields.tool_choice;
  const chosen = typeof choice === 'object' && choice !== null ? chosenName(choice) : undefined;
  const offered = (fields.tools ?? []).map((tool) =>
    tool.type === 'function' ? tool.function.name : tool.custom.name,
  );
  if (chosen !== undefined && !offered.includes(chosen)) return unknownTool('tool_choice', 'tools');
  const call = fields.function_call;
  if (typeof call === 'object' && call !== null && !(fields.functions ?? []).some(({ name }) => name === call.name)) {
    return unknownTool('function_call', 'functions');
  }
  return undefined;
}

function chosenName(choice: Exclude<NonNullable<ChatRequestFields['tool_choice']>, string>): string | undefined {
  switch (choice.type) {
    case 'function':
      return choice.function.name;
    case 'custom':
      return choice.custom.name;
    case 'allowed_tools':
      return undefined;
  }
}

function unknownTool(param: string, list: string): RequestError {
  const message = `Invalid value for '${param}': the tool that it names is not in '${list}'. Add it there or name another.`;
  return { message, param, code: 'invalid_value' };
}

function repeatedIndex(ids: readonly string[]): number | undefined {
  const seen = new Set<string>();
  for (const [index, id] of ids.entries()) {
    if (seen.has(id)) return index;
    seen.add(id);
  }
  return undefined;
}
