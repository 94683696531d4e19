import type { Message, Part } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { carryExtras } from './carried-extras.js';
import { placeToolResults } from './place-tool-results.js';
import type { AssistantTurn, Turn, UserTurn } from './place-tool-results.js';
import { refuseCall } from '../../refuse-call.js';
import { toAssistantBlocks, toMediaBlocks, toTextBlock } from './to-anthropic-content.js';
import { createToolIds } from './tool-ids.js';
import type { ToolIds } from './tool-ids.js';
import type { Block, TextBlock, ToolResultBlock, WireMessage } from './wire.js';
import type { Warnings } from '../../warnings.js';

export interface Conversation {
  readonly system: readonly TextBlock[];
  /** Begins with the user, and the roles take turns; its end is as the caller left it. */
  readonly messages: readonly WireMessage[];
}

/** What has been read of the messages so far. */
interface Draft {
  readonly system: TextBlock[];
  readonly turns: Turn[];
  readonly ids: ToolIds;
  /** The result of each call, by the id that it is sent under. */
  readonly results: Map<string, ToolResultBlock>;
}

/**
 * The messages of a call as Anthropic takes them: instructions apart, roles in turn, and the results of a turn's tool calls
 * together at the beginning of the user's next message. Throws `invalid_request` where there is nothing to send.
 */
export function toConversation(messages: readonly Message[], warnings: Warnings): Conversation {
  const draft: Draft = { system: [], turns: [], ids: createToolIds(), results: new Map() };
  for (const [index, message] of messages.entries()) addMessage(draft, message, `messages[${index}]`, warnings);
  const wireMessages = placeToolResults(draft.turns, draft.results, warnings);
  return openWithUser(draft.system, wireMessages, warnings);
}

function addMessage(draft: Draft, message: Message, param: string, warnings: Warnings): void {
  if (message.name !== undefined && message.role !== 'tool') {
    warnings.add('ignored', 'messages[].name', 'Anthropic has no names for those who take part.');
  }
  switch (message.role) {
    case 'system':
    case 'developer':
      addInstruction(draft, message, warnings);
      return;
    case 'user':
      userTurn(draft.turns).content.push(
        ...withExtras(message, toMediaBlocks(message.content, { param }, warnings), warnings),
      );
      return;
    case 'tool':
      addToolMessage(draft, message, param, warnings);
      return;
    case 'assistant': {
      const turn = assistantTurn(draft.turns);
      const callId = (id: string): string => draft.ids.call(id);
      turn.content.push(...withExtras(message, toAssistantBlocks(message.content, callId, warnings), warnings));
      return;
    }
  }
}

function addInstruction(draft: Draft, message: Message, warnings: Warnings): void {
  const blocks = message.content.flatMap((part): readonly TextBlock[] => {
    if (part.type === 'text' || part.type === 'refusal') return toTextBlock(part, warnings);
    warnings.add(
      'ignored',
      'messages',
      `Instructions are text at Anthropic; a part of type ${part.type} was left out.`,
    );
    return [];
  });
  if (blocks.length > 0 && draft.turns.length > 0) {
    const detail = 'Instructions given within the conversation were moved to its beginning, where Anthropic has them.';
    warnings.add('changed', 'messages', detail);
  }
  draft.system.push(...withExtras(message, blocks, warnings));
}

function addToolMessage(draft: Draft, message: Message, param: string, warnings: Warnings): void {
  for (const [index, part] of message.content.entries()) {
    if (part.type === 'tool-result') addToolResult(draft, message, part, `${param}.content[${index}]`, warnings);
    else userTurn(draft.turns).content.push(...toMediaBlocks([part], { param }, warnings));
  }
}

function addToolResult(
  draft: Draft,
  message: Message,
  part: Extract<Part, { type: 'tool-result' }>,
  param: string,
  warnings: Warnings,
): void {
  const content = toMediaBlocks(part.content, { param }, warnings);
  const id = draft.ids.result(part.toolCallId);
  if (id === undefined) {
    warnings.add('changed', 'messages', 'A result without its tool call was sent as content of the user.');
    userTurn(draft.turns).content.push(...content);
    return;
  }
  const before = draft.results.get(id);
  if (before !== undefined) warnings.add('changed', 'messages', 'Several results of one tool call were joined.');
  const all = [...(before?.content ?? []), ...content];
  draft.results.set(id, {
    type: 'tool_result',
    tool_use_id: id,
    ...(all.length > 0 && { content: all }),
    ...((part.isError === true || before?.is_error) && { is_error: true }),
    ...carryExtras(message.extras, 'messages[]', warnings),
    ...carryExtras(part.extras, 'messages[].content[]', warnings),
  });
  noteArrival(draft.turns, id, warnings);
}

/** A result that comes right after its call stays there; one that comes later is moved, because Anthropic allows no other place. */
function noteArrival(turns: Turn[], id: string, warnings: Warnings): void {
  const asked = turns.findLast((turn) => turn.role === 'assistant');
  if (asked?.content.some((block) => block.type === 'tool_use' && block.id === id) === true) {
    userTurn(turns).answersCalls = true;
  } else {
    warnings.add(
      'changed',
      'messages',
      'A result that came late was moved to its tool call, where Anthropic wants it.',
    );
  }
}

/** A field of the message as a whole holds for its last block, as where a cache ends. */
function withExtras<B extends Block>(message: Message, blocks: readonly B[], warnings: Warnings): readonly B[] {
  const carried: JsonObject = carryExtras(message.extras, 'messages[]', warnings);
  const last = blocks.at(-1);
  return last === undefined || Object.keys(carried).length === 0
    ? blocks
    : [...blocks.slice(0, -1), { ...last, ...carried }];
}

function userTurn(turns: Turn[]): UserTurn {
  const last = turns.at(-1);
  if (last?.role === 'user') return last;
  const turn: UserTurn = { role: 'user', content: [], answersCalls: false };
  turns.push(turn);
  return turn;
}

function assistantTurn(turns: Turn[]): AssistantTurn {
  const last = turns.at(-1);
  if (last?.role === 'assistant') return last;
  const turn: AssistantTurn = { role: 'assistant', content: [] };
  turns.push(turn);
  return turn;
}

function openWithUser(
  system: readonly TextBlock[],
  messages: readonly WireMessage[],
  warnings: Warnings,
): Conversation {
  if (messages[0]?.role === 'user') return { system, messages };
  if (messages[0] !== undefined) {
    warnings.add(
      'changed',
      'messages',
      'A short message of the user was put first: Anthropic wants the user to begin.',
    );
    return { system, messages: [{ role: 'user', content: [{ type: 'text', text: '(start)' }] }, ...messages] };
  }
  if (system.length === 0) throw refuseCall('The messages hold nothing that could be sent.', 'messages');
  warnings.add(
    'changed',
    'messages',
    'The instructions were sent as a message of the user, because there is no other.',
  );
  return { system: [], messages: [{ role: 'user', content: system }] };
}
