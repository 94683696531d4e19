import type { Message, Part } from '../../../workflows/contracts/call.js';
import { extrasOf } from './extras.js';
import type { InputItem } from './input-item.schema.js';
import type { NamespacedTool } from './namespaces.js';
import { toCustomCall, toFunctionCall, toInputParts, toOutputParts, toReasoning } from './to-parts.js';

/**
 * Puts the items of an input into canonical messages, in order. What a model wrote in one go (reasoning, text, calls) are
 * items of their own in this dialect and one message in every other, so that a run of them becomes one message: a vendor
 * wants all calls of a turn together before their results. Items that only OpenAI understands have no canonical form.
 */
export function toMessages(items: readonly InputItem[], tools: readonly NamespacedTool[]): readonly Message[] {
  const messages: Message[] = [];
  for (const entry of items) {
    const said = toSaid(entry, tools);
    const last = messages.at(-1);
    if (said.length === 0) messages.push(...toOthers(entry));
    else if (last?.role === 'assistant')
      messages[messages.length - 1] = { ...last, content: [...last.content, ...said] };
    else messages.push({ role: 'assistant', content: said });
  }
  return messages;
}

/** What the model wrote, where it is the model's. */
function toSaid(entry: InputItem, tools: readonly NamespacedTool[]): readonly Part[] {
  switch (entry.kind) {
    case 'message':
      return entry.item.role === 'assistant' ? toOutputParts(entry.item.content) : [];
    case 'function_call':
      return [toFunctionCall(entry.item, tools)];
    case 'custom_tool_call':
      return [toCustomCall(entry.item, tools)];
    case 'reasoning':
      return [toReasoning(entry.item)];
    default:
      return [];
  }
}

function toOthers(entry: InputItem): readonly Message[] {
  switch (entry.kind) {
    case 'message': {
      const { item } = entry;
      if (item.role === 'assistant') return [];
      const extras = extrasOf(item, ['type', 'role', 'content']);
      return [{ role: item.role, content: toInputParts(item.content), ...extras }];
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const { item } = entry;
      const result: Part = {
        type: 'tool-result',
        toolCallId: item.call_id,
        content: toInputParts(item.output),
        ...extrasOf(item, ['type', 'call_id', 'output', 'name', 'namespace']),
      };
      return [{ role: 'tool', content: [result] }];
    }
    default:
      return [];
  }
}
