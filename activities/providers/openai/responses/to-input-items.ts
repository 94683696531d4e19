import type { ChatCall, Message, Part } from '../../../../workflows/contracts/call.js';
import { createCallIds } from './call-ids.js';
import type { CallIds } from './call-ids.js';
import { isShown, toInputContent } from './to-input-content.js';
import type { Shown } from './to-input-content.js';
import { toReasoningItems } from './to-reasoning-items.js';
import type { WireContent, WireItem } from './wire.js';
import type { Warnings } from '../../warnings.js';

type Of<T extends Part['type']> = Extract<Part, { type: T }>;

interface Context {
  readonly call: ChatCall;
  readonly ids: CallIds;
  readonly warnings: Warnings;
}

/**
 * The conversation as items, in order. Instructions stay messages where they stand, because `instructions` would move them
 * all to the front.
 */
export function toInputItems(call: ChatCall, warnings: Warnings): readonly WireItem[] {
  const context = { call, ids: createCallIds(), warnings };
  return call.messages.flatMap((message) => toItems(message, context));
}

function toItems(message: Message, context: Context): readonly WireItem[] {
  if (message.name !== undefined) {
    context.warnings.add('ignored', 'messages[].name', "The vendor's Responses API has no names of participants.");
  }
  switch (message.role) {
    case 'system':
    case 'developer':
      return toInstructions(message, message.role, context);
    case 'assistant':
      return toAssistant(message.content, context);
    case 'user':
    case 'tool':
      return toUser(message.content, context);
  }
}

function toInstructions(
  { content }: Message,
  role: 'system' | 'developer',
  { call, warnings }: Context,
): readonly WireItem[] {
  const texts = content.filter((part) => part.type === 'text');
  if (texts.length < content.length) warnings.add('ignored', 'messages', 'Only the text of instructions is sent.');
  return [{ type: 'message', role, content: toContent(texts, call) }];
}

/** What was said in a row is one message; results stand between as items of their own. */
function toUser(content: readonly Part[], context: Context): readonly WireItem[] {
  const { call, warnings } = context;
  const items: WireItem[] = [];
  let said: Shown[] = [];
  const flush = (): void => {
    if (said.length > 0) items.push({ type: 'message', role: 'user', content: toContent(said, call) });
    said = [];
  };
  for (const part of content) {
    if (isShown(part)) said.push(part);
    else if (part.type === 'tool-result') {
      flush();
      items.push(toResult(part, context));
    } else warnings.add('ignored', 'messages', `A part of the kind '${part.type}' has no place in what a user says.`);
  }
  flush();
  return items.length > 0 ? items : [{ type: 'message', role: 'user', content: '' }];
}

function toResult(part: Of<'tool-result'>, { call, ids, warnings }: Context): WireItem {
  if (part.isError === true) warnings.add('ignored', 'is_error', 'The vendor has no mark for a failed tool.');
  const shown = part.content.filter(isShown);
  const { id, custom } = ids.result(part.toolCallId);
  return {
    type: custom ? 'custom_tool_call_output' : 'function_call_output',
    call_id: id,
    output: toContent(shown, call),
  };
}

/** One text as a string; several parts stay parts, so that their borders survive. */
function toContent(parts: readonly Shown[], call: ChatCall): string | readonly WireContent[] {
  const [only, ...others] = parts;
  if (only === undefined) return '';
  return only.type === 'text' && others.length === 0 ? only.text : parts.map((part) => toInputContent(part, call));
}

function toAssistant(content: readonly Part[], context: Context): readonly WireItem[] {
  const { warnings } = context;
  const reasoning = toReasoningItems(content, warnings);
  return content.flatMap((part) => reasoning.get(part) ?? toSaid(part, context));
}

function toSaid(part: Part, { ids, warnings }: Context): readonly WireItem[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ type: 'message', role: 'assistant', content: part.text }];
    case 'refusal':
      warnings.add('changed', 'messages[].refusal', 'A refusal of the model is sent back as what it said.');
      return [{ type: 'message', role: 'assistant', content: part.text }];
    case 'tool-call':
      return [toCall(part, ids)];
    case 'reasoning':
      return [];
    case 'tool-result':
    case 'image':
    case 'file':
    case 'audio':
    case 'video':
      warnings.add('ignored', 'messages', 'Media that a model made is not sent.');
      return [];
  }
}

function toCall({ id, name, arguments: written, custom = false }: Of<'tool-call'>, ids: CallIds): WireItem {
  const call_id = ids.call(id, custom);
  return custom
    ? { type: 'custom_tool_call', call_id, name, input: written }
    : { type: 'function_call', call_id, name, arguments: written };
}
