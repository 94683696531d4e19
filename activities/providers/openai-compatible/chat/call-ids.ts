import type { Message, Part } from '../../../../workflows/contracts/call.js';

/** "string too long. Expected a string with maximum length 40": OpenAI's limit on a tool call's id. */
const MAX_ID_LENGTH = 40;

/**
 * The messages with ids of tool calls that OpenAI takes. Other dialects have longer ones, some with a proof inside; those are
 * numbered in the order in which they come, which stays the same as the conversation grows.
 */
export function withShortIds(messages: readonly Message[]): readonly Message[] {
  const shortened = new Map<string, string>();
  const toId = (id: string): string => {
    if (id.length <= MAX_ID_LENGTH) return id;
    const known = shortened.get(id) ?? `call_long_${shortened.size}`;
    shortened.set(id, known);
    return known;
  };
  const toPart = (part: Part): Part => {
    if (part.type === 'tool-call') return { ...part, id: toId(part.id) };
    return part.type === 'tool-result' ? { ...part, toolCallId: toId(part.toolCallId) } : part;
  };
  return messages.map((message) => ({ ...message, content: message.content.map(toPart) }));
}
