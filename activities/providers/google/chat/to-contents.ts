import type { Message, Part } from '../../../../workflows/contracts/call.js';
import { refuseCall } from '../../refuse-call.js';
import { toMedia } from './to-google-media.js';
import type { Recipient } from './to-google-media.js';
import { isMedia, toToolResult } from './to-google-result.js';
import type { ToolResult } from './to-google-result.js';
import { toModelParts } from './to-model-parts.js';
import type { Warnings } from '../../warnings.js';
import { writeContents } from './write-contents.js';
import type { CallRecord, Turn } from './write-contents.js';
import type { WireContent, WirePart, WireText } from './wire.js';

export interface Conversation {
  readonly instructions: readonly WireText[];
  readonly contents: readonly WireContent[];
}

interface Draft {
  readonly instructions: WireText[];
  readonly turns: Turn[];
  /** All calls so far, the latest last. */
  readonly calls: CallRecord[];
}

/**
 * The messages of a call as Google takes them: instructions apart, and the results of a turn's calls together right after
 * it, in the calls' order. Throws `invalid_request` where there is nothing to send.
 */
export function toConversation(messages: readonly Message[], recipient: Recipient, warnings: Warnings): Conversation {
  const draft: Draft = { instructions: [], turns: [], calls: [] };
  for (const [index, message] of messages.entries()) {
    addMessage(draft, message, `messages[${index}]`, recipient, warnings);
  }
  const contents = writeContents(draft.turns, recipient.traits, warnings);
  if (contents.length > 0) return { instructions: draft.instructions, contents };
  if (draft.instructions.length === 0) throw refuseCall('The messages hold nothing that could be sent.', 'messages');
  warnings.add('changed', 'messages', 'The instructions were sent as a message of the user: there is no other.');
  return { instructions: [], contents: [{ role: 'user', parts: draft.instructions }] };
}

function addMessage(draft: Draft, message: Message, param: string, recipient: Recipient, warnings: Warnings): void {
  if (message.name !== undefined && message.role !== 'tool') {
    warnings.add('ignored', 'messages[].name', 'Google has no names for those who take part.');
  }
  switch (message.role) {
    case 'system':
    case 'developer':
      addInstruction(draft, message, recipient, warnings);
      return;
    case 'user':
    case 'tool':
      addUserParts(draft, message, param, recipient, warnings);
      return;
    case 'assistant':
      addAnswer(draft, message, recipient, warnings);
      return;
  }
}

function addInstruction(draft: Draft, message: Message, { traits }: Recipient, warnings: Warnings): void {
  const texts = message.content.flatMap((part) =>
    part.type === 'text' && part.text !== '' ? [{ text: part.text }] : [],
  );
  if (texts.length < message.content.length && message.content.some(isMedia)) {
    warnings.add('ignored', 'messages', 'Instructions are text at Google; other parts were left out.');
  }
  if (texts.length > 0 && draft.turns.length > 0 && !traits.isGemma) {
    const detail = 'Instructions within the conversation were moved to its beginning, where Google has them.';
    warnings.add('changed', 'messages', detail);
  }
  if (traits.isGemma) userTurn(draft.turns).parts.push(...texts);
  else draft.instructions.push(...texts);
}

function addUserParts(draft: Draft, message: Message, param: string, recipient: Recipient, warnings: Warnings): void {
  for (const [index, part] of message.content.entries()) {
    const place = `${param}.content[${index}]`;
    if (part.type === 'tool-result') {
      addResult(draft, part.toolCallId, toToolResult(part, place, recipient, warnings), warnings);
    } else {
      userTurn(draft.turns).parts.push(...toUserPart(part, place, recipient, warnings));
    }
  }
}

function toUserPart(part: Part, param: string, recipient: Recipient, warnings: Warnings): readonly WirePart[] {
  if (part.type === 'text' || part.type === 'refusal') return part.text === '' ? [] : [{ text: part.text }];
  if (!isMedia(part)) {
    warnings.add('ignored', 'messages', `A ${part.type} has no place in this message and was left out.`);
    return [];
  }
  if (part.type === 'image' && part.detail !== undefined && part.detail !== 'auto') {
    warnings.add('ignored', 'messages[].content[].image_url.detail', 'The level of detail is not sent to Google.');
  }
  return [toMedia(part, param, recipient)];
}

function addAnswer(draft: Draft, message: Message, { traits }: Recipient, warnings: Warnings): void {
  const calls = message.content.flatMap((part) =>
    part.type === 'tool-call' ? [{ id: part.id, name: part.name, results: [] }] : [],
  );
  draft.calls.push(...calls);
  draft.turns.push({ role: 'model', parts: [...toModelParts(message.content, traits, warnings)], calls });
}

/** A result belongs to the latest call of its id that has none; ids may repeat from one answer to the next. */
function addResult(draft: Draft, id: string, result: ToolResult, warnings: Warnings): void {
  const named = draft.calls.filter((call) => call.id === id);
  const call = named.findLast(({ results }) => results.length === 0) ?? named.at(-1);
  if (call === undefined) {
    warnings.add('changed', 'messages', 'A result without its tool call was sent as content of the user.');
    userTurn(draft.turns).parts.push({ text: JSON.stringify(result.response) }, ...result.media);
    return;
  }
  if (call.results.length > 0) warnings.add('changed', 'messages', 'Several results of one tool call were joined.');
  call.results.push(result);
  // What the model says next is another turn of its own.
  userTurn(draft.turns);
}

function userTurn(turns: Turn[]): Extract<Turn, { role: 'user' }> {
  const last = turns.at(-1);
  if (last?.role === 'user') return last;
  const turn = { role: 'user', parts: [] } as const satisfies Turn;
  turns.push(turn);
  return turn;
}
