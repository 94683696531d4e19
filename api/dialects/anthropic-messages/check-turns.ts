import type { JsonObject } from '../../../workflows/contracts/json.js';
import { asText } from './json-fields.js';
import { printable, problemAt } from './request-error.js';
import type { Path, RequestError } from './request-error.js';

export interface CheckedMessage {
  readonly role: 'user' | 'assistant' | 'system';
  readonly blocks: readonly JsonObject[];
}

interface PlacedBlock {
  readonly block: JsonObject;
  readonly path: Path;
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly blocks: PlacedBlock[];
}

/**
 * Refuses what no vendor can make sense of: calls and results that do not belong together, and calls under one id.
 * Messages of one role in a row are one turn, as the vendor has it, and instructions in between stand outside the turns.
 */
export function checkTurns(messages: readonly CheckedMessage[]): RequestError | undefined {
  const turns = toTurns(messages);
  for (const [index, turn] of turns.entries()) {
    const problem =
      turn.role === 'assistant'
        ? (checkCallIds(turn) ?? checkAnswered(turn, turns[index + 1]))
        : checkResults(turn, turns[index - 1]);
    if (problem) return problem;
  }
  return undefined;
}

function toTurns(messages: readonly CheckedMessage[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const [index, { role, blocks }] of messages.entries()) {
    if (role === 'system') continue;
    const placed = blocks.map((block, at) => ({ block, path: ['messages', index, 'content', at] }));
    const last = turns.at(-1);
    if (last?.role === role) last.blocks.push(...placed);
    else turns.push({ role, blocks: placed });
  }
  return turns;
}

/** The vendor takes an id that comes again in a later turn, whose results follow it. */
function checkCallIds({ blocks }: Turn): RequestError | undefined {
  const taken = new Set<string>();
  for (const { block, path } of blocks) {
    if (block['type'] === 'tool_result') {
      return problemAt(path, '`tool_result` blocks can only be in `user` messages');
    }
    if (block['type'] !== 'tool_use') continue;
    const id = asText(block['id']) ?? '';
    if (taken.has(id)) return problemAt([...path, 'id'], '`tool_use` ids must be unique');
    taken.add(id);
  }
  return undefined;
}

/** The last turn may be a call that nobody has answered yet; what that means is left to the vendor. */
function checkAnswered(turn: Turn, next: Turn | undefined): RequestError | undefined {
  if (next === undefined) return undefined;
  const answered = new Set(ofType(next, 'tool_result').map(({ block }) => block['tool_use_id']));
  const open = ofType(turn, 'tool_use').filter(({ block }) => !answered.has(block['id']));
  const [first] = open;
  if (first === undefined) return undefined;
  const ids = open.map(({ block }) => printable(asText(block['id']) ?? '')).join(', ');
  return problemAt(
    first.path.slice(0, 2),
    `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

function checkResults(turn: Turn, before: Turn | undefined): RequestError | undefined {
  const calls = new Set(before ? ofType(before, 'tool_use').map(({ block }) => block['id']) : []);
  for (const { block, path } of turn.blocks) {
    if (block['type'] === 'tool_use') return problemAt(path, '`tool_use` blocks can only be in `assistant` messages');
    if (block['type'] !== 'tool_result' || calls.has(block['tool_use_id'])) continue;
    const id = printable(asText(block['tool_use_id']) ?? '');
    return problemAt(
      path,
      `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    );
  }
  return undefined;
}

function ofType({ blocks }: Turn, type: string): readonly PlacedBlock[] {
  return blocks.filter(({ block }) => block['type'] === type);
}
