import type { FinishReason } from '../../../workflows/contracts/answer.js';
import type { ChatCall, Message, Part } from '../../../workflows/contracts/call.js';
import type { Json } from '../../../workflows/contracts/json.js';
import type { ChatAttempt } from '../port.js';
import { exampleOf } from './example-of.js';
import { limitText } from './limit-text.js';
import { LOREM_TEXT } from './lorem-text.js';
import { chooseTool } from './choose-tool.js';

/** What each of the `n` answers says: they are all alike. */
export type SandboxAnswer =
  | { readonly type: 'text'; readonly text: string; readonly reason: FinishReason }
  | {
      readonly type: 'tool-call';
      readonly name: string;
      readonly custom: boolean;
      readonly written: string;
      readonly reason: FinishReason;
    };

/**
 * The answer by fixed rules, the first that applies: the results of tool calls are quoted; a tool is called where one is
 * demanded, or where the user's text has the word "tool"; a schema gets an example; else the user's last text comes back.
 * An answer that must be JSON is, results or not. Results come before a demand, so that agents come to an end.
 */
export function sandboxAnswer(attempt: ChatAttempt, says: 'echo' | 'lorem'): SandboxAnswer {
  const { call } = attempt;
  const maxOutputTokens = Math.min(attempt.maxOutputTokens, call.maxOutputTokens ?? attempt.maxOutputTokens);
  const results = lastResults(call.messages);
  const asked = lastUserText(call.messages);
  const tool = results.length > 0 ? undefined : chooseTool(call, says === 'echo' && /\btools?\b/i.test(asked));
  if (tool !== undefined) {
    const { text, reason } = limitText(tool.written, { maxOutputTokens, stop: [] });
    const finish = reason.unified === 'stop' ? ({ unified: 'tool-calls', raw: 'tool_calls' } as const) : reason;
    return { type: 'tool-call', ...tool, written: text, reason: finish };
  }
  const said = jsonOf(call, asked) ?? (says === 'lorem' ? LOREM_TEXT : textOf(results, asked));
  return { type: 'text', ...limitText(said, { maxOutputTokens, stop: call.stop ?? [] }) };
}

function textOf(results: readonly string[], asked: string): string {
  if (results.length > 0) return `The tool answered: ${results.join('; ')}`;
  return asked === '' ? 'You sent no text.' : asked;
}

function jsonOf({ format }: ChatCall, asked: string): string | undefined {
  switch (format?.type) {
    case undefined:
    case 'text':
      return undefined;
    case 'json-object':
      return JSON.stringify({ echo: asked } satisfies Json);
    case 'json-schema':
      return JSON.stringify(exampleOf(format.schema));
  }
}

/** The results that nobody has spoken after. */
function lastResults(messages: readonly Message[]): readonly string[] {
  const after = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1);
  return after.flatMap(({ content }) =>
    content.flatMap((part) => (part.type === 'tool-result' ? [joinTexts(part.content)] : [])),
  );
}

function lastUserText(messages: readonly Message[]): string {
  const spoken = messages.findLast(
    ({ role, content }) => role === 'user' && content.some(({ type }) => type === 'text'),
  );
  return joinTexts(spoken?.content ?? []);
}

function joinTexts(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
