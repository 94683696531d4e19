import type { Message, Part } from '../../../workflows/contracts/call.js';
import type { ChatMessage } from './chat-message.schema.js';
import { extrasOf, toAssistantParts, toUserParts } from './to-parts.js';

type Of<R extends ChatMessage['role']> = Extract<ChatMessage, { role: R }>;

/** Pairs the results of the old `function` role with their calls, which have names but no ids. */
interface LegacyCalls {
  /** Mints the id of a call that the assistant's message at `index` makes. */
  call(name: string, index: number): string;
  /** The id of the latest call of that name, or an id of its own where there is none. */
  answer(name: string, index: number): string;
}

/** Puts every message of a request into canonical form, in order. */
export function toMessages(messages: readonly ChatMessage[]): readonly Message[] {
  const legacy = createLegacyCalls();
  return messages.map((message, index) => toMessage(message, index, legacy));
}

function toMessage(message: ChatMessage, index: number, legacy: LegacyCalls): Message {
  switch (message.role) {
    case 'system':
    case 'developer':
    case 'user':
      return {
        role: message.role,
        ...named(message.name),
        content: toUserParts(message.content),
        ...extrasOf(message, ['role', 'name', 'content']),
      };
    case 'assistant':
      return toAssistant(message, index, legacy);
    case 'tool':
      return toToolResult(message);
    case 'function':
      return toFunctionResult(message, index, legacy);
  }
}

const ASSISTANT_FIELDS = [
  'role',
  'name',
  'content',
  'refusal',
  'tool_calls',
  'function_call',
  'reasoning_content',
  'reasoning_details',
];

function toAssistant(message: Of<'assistant'>, index: number, legacy: LegacyCalls): Message {
  const call = message.function_call;
  const called: readonly Part[] = call
    ? [{ type: 'tool-call', id: legacy.call(call.name, index), name: call.name, arguments: call.arguments }]
    : [];
  return {
    role: 'assistant',
    ...named(message.name),
    content: [...toAssistantParts(message), ...called],
    ...extrasOf(message, ASSISTANT_FIELDS),
  };
}

function toToolResult(message: Of<'tool'>): Message {
  const content = toUserParts(message.content);
  return {
    role: 'tool',
    ...named(message.name),
    content: [{ type: 'tool-result', toolCallId: message.tool_call_id, content }],
    ...extrasOf(message, ['role', 'name', 'content', 'tool_call_id']),
  };
}

function toFunctionResult(message: Of<'function'>, index: number, legacy: LegacyCalls): Message {
  const content: readonly Part[] = [{ type: 'text', text: message.content ?? '' }];
  return {
    role: 'tool',
    name: message.name,
    content: [{ type: 'tool-result', toolCallId: legacy.answer(message.name, index), content }],
    ...extrasOf(message, ['role', 'name', 'content']),
  };
}

function named(name: string | null | undefined): { readonly name?: string } {
  return name == null ? {} : { name };
}

function createLegacyCalls(): LegacyCalls {
  const latest = new Map<string, string>();
  return {
    call(name, index) {
      const id = `call_legacy_${index}`;
      latest.set(name, id);
      return id;
    },
    answer: (name, index) => latest.get(name) ?? `call_legacy_${index}`,
  };
}
