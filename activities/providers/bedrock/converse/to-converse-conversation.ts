import type { Message, Part } from '../../../../workflows/contracts/call.js';
import { refuseCall } from '../../refuse-call.js';
import { cachePointAfter, withoutIdleMarks } from './cache-points.js';
import { placeToolResults } from './place-tool-results.js';
import type { Turn } from './place-tool-results.js';
import { toAssistantBlocks, toResultBlocks, toText, toUserBlocks } from './to-converse-content.js';
import type { MediaContext } from './to-converse-media.js';
import { createToolUseIds } from './tool-use-ids.js';
import type { ToolUseIds } from './tool-use-ids.js';
import type { Block, CachePoint, TextBlock, ToolResultBlock, WireMessage } from './wire.js';

export interface Conversation {
  readonly system: readonly (TextBlock | CachePoint)[];
  /** Begins with the user, and the roles take turns. */
  readonly messages: readonly WireMessage[];
}

/** What has been read of the messages so far. */
interface Draft {
  readonly system: (TextBlock | CachePoint)[];
  readonly turns: Turn[];
  readonly ids: ToolUseIds;
  /** The result of each call, by the id that it is sent under. */
  readonly results: Map<string, ToolResultBlock['toolResult']>;
}

/**
 * The messages of a call as Converse takes them: instructions apart where the model knows them, roles in turn, and the results
 * of a turn's calls together at the beginning of the user's next message. Throws `invalid_request` where nothing is to be sent.
 */
export function toConversation(messages: readonly Message[], context: MediaContext): Conversation {
  const draft: Draft = { system: [], turns: [], ids: createToolUseIds(context.family), results: new Map() };
  for (const [index, message] of messages.entries()) addMessage(draft, message, `messages[${index}]`, context);
  const placed = placeToolResults(draft.turns, draft.results, context.warnings);
  return openWithUser(draft.system, placed, context);
}

function addMessage(draft: Draft, message: Message, param: string, context: MediaContext): void {
  if (message.name !== undefined && message.role !== 'tool') {
    context.warnings.add('ignored', 'messages[].name', 'Bedrock has no names for those who take part.');
  }
  const after = (): readonly CachePoint[] =>
    cachePointAfter(message.extras, 'messages[]', context.family, context.warnings);
  switch (message.role) {
    case 'system':
    case 'developer':
      addInstruction(draft, message, context);
      return;
    case 'user':
      turnOf(draft.turns, 'user').content.push(...marked(toUserBlocks(message.content, param, context), after()));
      return;
    case 'tool':
      for (const [index, part] of message.content.entries()) {
        addToolPart(draft, part, `${param}.content[${index}]`, after(), context);
      }
      return;
    case 'assistant': {
      const blocks = toAssistantBlocks(message.content, (id) => draft.ids.call(id), context);
      turnOf(draft.turns, 'assistant').content.push(...marked(blocks, after()));
      return;
    }
  }
}

/** A mark follows something, and there is one at a place. */
function marked<B extends object>(blocks: readonly B[], after: readonly CachePoint[]): readonly (B | CachePoint)[] {
  return withoutIdleMarks([...blocks, ...after]);
}

function addInstruction(draft: Draft, message: Message, { family, warnings }: MediaContext): void {
  const blocks = message.content.flatMap((part): readonly (TextBlock | CachePoint)[] => {
    if (part.type === 'text' || part.type === 'refusal') {
      return [
        ...toText(part.text, warnings),
        ...cachePointAfter(part.extras, 'messages[].content[]', family, warnings),
      ];
    }
    warnings.add('ignored', 'messages', `Instructions are text at Bedrock; a part of type ${part.type} was left out.`);
    return [];
  });
  if (blocks.length > 0 && draft.turns.length > 0) {
    const detail = 'Instructions given within the conversation were moved to its beginning, where Bedrock has them.';
    warnings.add('changed', 'messages', detail);
  }
  draft.system.push(...marked(blocks, cachePointAfter(message.extras, 'messages[]', family, warnings)));
}

function addToolPart(
  draft: Draft,
  part: Part,
  param: string,
  after: readonly CachePoint[],
  context: MediaContext,
): void {
  if (part.type !== 'tool-result') {
    turnOf(draft.turns, 'user').content.push(...toUserBlocks([part], param, context));
    return;
  }
  const { family, warnings } = context;
  const blocks = toResultBlocks(part.content, param, context);
  const id = draft.ids.result(part.toolCallId);
  if (id === undefined) {
    warnings.add('changed', 'messages', 'A result without its tool call was sent as content of the user.');
    turnOf(draft.turns, 'user').content.push(...blocks);
    return;
  }
  const before = draft.results.get(id);
  if (before !== undefined) warnings.add('changed', 'messages', 'Several results of one tool call were joined.');
  const content = [...(before?.content ?? []), ...blocks.filter(isResultContent)];
  const failed = part.isError === true || before?.status === 'error';
  draft.results.set(id, { toolUseId: id, content, ...(failed && family.resultStatus && { status: 'error' }) });
  const marks = [...after, ...cachePointAfter(part.extras, 'messages[].content[]', family, warnings)].slice(0, 1);
  noteArrival(draft.turns, id, marks, context);
}

/** Marks within a result are nothing that it can hold; the one after it says as much. */
function isResultContent(
  block: Block,
): block is Exclude<ToolResultBlock['toolResult']['content'][number], { json: unknown }> {
  return (
    !('cachePoint' in block) && !('toolUse' in block) && !('toolResult' in block) && !('reasoningContent' in block)
  );
}

/** A result that comes right after its call stays there; one that comes later is moved, because no other place is allowed. */
function noteArrival(turns: Turn[], id: string, marks: readonly CachePoint[], { warnings }: MediaContext): void {
  const asked = turns.findLast((turn) => turn.role === 'assistant');
  if (asked?.content.some((block) => 'toolUse' in block && block.toolUse.toolUseId === id) === true) {
    const turn = turnOf(turns, 'user');
    turn.answersCalls = true;
    turn.content.push(...marks);
    return;
  }
  warnings.add('changed', 'messages', 'A result that came late was moved to its tool call, where Bedrock wants it.');
}

function turnOf(turns: Turn[], role: Turn['role']): Turn {
  const last = turns.at(-1);
  if (last?.role === role) return last;
  const turn: Turn = { role, content: [], answersCalls: false };
  turns.push(turn);
  return turn;
}

function openWithUser(
  system: readonly (TextBlock | CachePoint)[],
  messages: readonly WireMessage[],
  { family, warnings }: MediaContext,
): Conversation {
  const [first] = messages;
  if (first === undefined) {
    if (system.length === 0) throw refuseCall('The messages hold nothing that could be sent.', 'messages');
    const detail = 'The instructions were sent as a message of the user, because there is no other.';
    warnings.add('changed', 'messages', detail);
    return { system: [], messages: [{ role: 'user', content: system }] };
  }
  const opened =
    first.role === 'user' ? messages : [{ role: 'user' as const, content: [{ text: '(start)' }] }, ...messages];
  if (first.role !== 'user') {
    warnings.add('changed', 'messages', 'A short message of the user was put first: Bedrock wants the user to begin.');
  }
  if (family.system || system.length === 0) return { system, messages: opened };
  warnings.add(
    'changed',
    'messages',
    'The instructions were put before the first message: this model takes none apart.',
  );
  const [head, ...others] = opened;
  return { system: [], messages: [{ role: 'user', content: [...system, ...(head?.content ?? [])] }, ...others] };
}
