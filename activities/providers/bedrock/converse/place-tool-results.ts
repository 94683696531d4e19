import type { Warnings } from '../../warnings.js';
import type { Block, ToolResultBlock, WireMessage } from './wire.js';

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: Block[];
  /** Whether a result of the assistant's turn before it stood here, so that it is not empty. */
  answersCalls: boolean;
}

type Results = ReadonlyMap<string, ToolResultBlock['toolResult']>;

/**
 * Messages whose roles take turns, in which the user's message after tool calls begins with the result of each, in the
 * calls' order: "Expected toolResult blocks at messages.2.content for the following Ids" is what the service says otherwise.
 */
export function placeToolResults(turns: readonly Turn[], results: Results, warnings: Warnings): readonly WireMessage[] {
  const messages: WireMessage[] = [];
  let calls: readonly string[] = [];
  const answers = (): readonly Block[] => calls.map((id) => ({ toolResult: resultOf(id, results, warnings) }));
  for (const turn of joinTurns(turns, warnings)) {
    const due = answers();
    if (turn.role === 'assistant' && due.length > 0) messages.push({ role: 'user', content: due });
    messages.push({ role: turn.role, content: turn.role === 'user' ? [...due, ...turn.content] : turn.content });
    calls = turn.role === 'assistant' ? callsOf(turn) : [];
  }
  const due = answers();
  return due.length > 0 ? [...messages, { role: 'user', content: due }] : messages;
}

function callsOf({ content }: Turn): readonly string[] {
  return content.flatMap((block) => ('toolUse' in block ? [block.toolUse.toolUseId] : []));
}

function resultOf(id: string, results: Results, warnings: Warnings): ToolResultBlock['toolResult'] {
  const result = results.get(id);
  if (result === undefined) {
    const detail = 'A tool call without a result was given one that says so: Bedrock wants one for each.';
    warnings.add('changed', 'messages', detail);
    return { toolUseId: id, content: [{ text: 'No result was given for this call.' }] };
  }
  // Empty text is refused, and so is no content at all by some models.
  return result.content.length === 0 ? { ...result, content: [{ text: '(no output)' }] } : result;
}

/** Leaves out turns of which nothing remains, and joins those that then meet. */
function joinTurns(turns: readonly Turn[], warnings: Warnings): readonly Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const content = turn.role === 'assistant' ? withoutLastReasoning(turn.content, warnings) : turn.content;
    if (content.every((block) => 'cachePoint' in block) && !turn.answersCalls) continue;
    const last = joined.at(-1);
    if (last?.role === turn.role) {
      last.content.push(...content);
      last.answersCalls ||= turn.answersCalls;
    } else {
      joined.push({ ...turn, content: [...content] });
    }
  }
  return joined;
}

/** "The final block in an assistant message cannot be `thinking`": reasoning that led to nothing is of no use either. */
function withoutLastReasoning(content: readonly Block[], warnings: Warnings): readonly Block[] {
  const end = content.findLastIndex((block) => !('reasoningContent' in block) && !('cachePoint' in block)) + 1;
  const rest = content.slice(end);
  if (!rest.some((block) => 'reasoningContent' in block)) return content;
  const detail = 'Reasoning at the end of a message was left out: the model refuses it.';
  warnings.add('ignored', 'messages[].reasoning_details', detail);
  return content.slice(0, end);
}
