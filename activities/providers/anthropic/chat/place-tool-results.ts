import type { Block, ToolResultBlock, WireMessage } from './wire.js';
import type { Warnings } from '../../warnings.js';

export interface UserTurn {
  readonly role: 'user';
  readonly content: Block[];
  /** Whether a result of the assistant's turn before it stood here, so that it is not empty. */
  answersCalls: boolean;
}

export interface AssistantTurn {
  readonly role: 'assistant';
  readonly content: Block[];
}

export type Turn = UserTurn | AssistantTurn;

/**
 * Messages whose roles take turns, in which the user's message after tool calls begins with the result of each, in the
 * calls' order: "tool_use ids were found without tool_result blocks immediately after" is what the vendor says otherwise.
 */
export function placeToolResults(
  turns: readonly Turn[],
  results: ReadonlyMap<string, ToolResultBlock>,
  warnings: Warnings,
): readonly WireMessage[] {
  const messages: WireMessage[] = [];
  let calls: readonly string[] = [];
  for (const turn of joinTurns(turns, warnings)) {
    const answers = calls.map((id) => results.get(id) ?? missingResult(id, warnings));
    if (turn.role === 'assistant' && answers.length > 0) messages.push({ role: 'user', content: answers });
    messages.push({ role: turn.role, content: turn.role === 'user' ? [...answers, ...turn.content] : turn.content });
    calls = turn.role === 'assistant' ? callsOf(turn) : [];
  }
  const last = calls.map((id) => results.get(id) ?? missingResult(id, warnings));
  return last.length > 0 ? [...messages, { role: 'user', content: last }] : messages;
}

function callsOf(turn: Turn): readonly string[] {
  return turn.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
}

function missingResult(id: string, warnings: Warnings): ToolResultBlock {
  warnings.add(
    'changed',
    'messages',
    'A tool call without a result was given one that says so: Anthropic wants one for each.',
  );
  return {
    type: 'tool_result',
    tool_use_id: id,
    content: [{ type: 'text', text: 'No result was given for this call.' }],
    is_error: true,
  };
}

/** Leaves out turns of which nothing remains, and joins those that then meet. */
function joinTurns(turns: readonly Turn[], warnings: Warnings): readonly Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const content = turn.role === 'assistant' ? withoutLastThinking(turn.content, warnings) : turn.content;
    if (content.length === 0 && !(turn.role === 'user' && turn.answersCalls)) continue;
    const last = joined.at(-1);
    if (last?.role === turn.role) {
      last.content.push(...content);
      if (last.role === 'user' && turn.role === 'user') last.answersCalls ||= turn.answersCalls;
    } else {
      joined.push({ ...turn, content: [...content] });
    }
  }
  return joined;
}

/** "The final block in an assistant message cannot be `thinking`": reasoning that led to nothing is of no use either. */
function withoutLastThinking(content: readonly Block[], warnings: Warnings): readonly Block[] {
  const end = content.findLastIndex((block) => block.type !== 'thinking' && block.type !== 'redacted_thinking') + 1;
  if (end === content.length) return content;
  warnings.add(
    'ignored',
    'messages[].reasoning_details',
    'Reasoning at the end of a message was left out: Anthropic refuses it.',
  );
  return content.slice(0, end);
}
