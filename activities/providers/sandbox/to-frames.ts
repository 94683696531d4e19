import type { AnswerEvent, Frame } from '../../../workflows/contracts/answer.js';
import type { ChatAttempt } from '../port.js';
import { ignoredProperties } from './ignored-properties.js';
import type { SandboxAnswer } from './sandbox-answer.js';
import { usageOf } from './usage-of.js';

/** The answer as a stream has it: what begins, a word at a time, what ended it, and the usage. */
export function toFrames({ call, offer, attemptKey }: ChatAttempt, answer: SandboxAnswer): readonly Frame[] {
  const warnings = ignoredProperties(call).map((warning) => ({ type: 'warning' as const, warning }));
  const start: AnswerEvent = { type: 'start', vendorId: `sandbox-${attemptKey}`, vendorModel: offer.vendorModel };
  const choices = Array.from({ length: call.choices }, (_item, choice) => choiceFrames(answer, choice, attemptKey));
  return [
    { events: [...warnings, start] },
    ...choices.flat(),
    { events: [{ type: 'usage', usage: usageOf(call, answer) }] },
  ];
}

function choiceFrames(answer: SandboxAnswer, choice: number, attemptKey: string): readonly Frame[] {
  const events: AnswerEvent[] =
    answer.type === 'text'
      ? wordsOf(answer.text).map((text) => ({ type: 'text-delta', choice, block: 0, text }))
      : toolEvents(answer, choice, attemptKey);
  return [...events, { type: 'finish' as const, choice, reason: answer.reason }].map((event) => ({ events: [event] }));
}

function toolEvents(
  answer: Extract<SandboxAnswer, { type: 'tool-call' }>,
  choice: number,
  attemptKey: string,
): AnswerEvent[] {
  // Only letters, digits, `_` and `-`, because the id goes back to whichever vendor continues the conversation.
  const id = `call_${attemptKey.replaceAll(/[^a-zA-Z0-9_-]/g, '_')}_${choice}`;
  const { name, custom } = answer;
  return [
    { type: 'tool-call-start', choice, block: 0, id, name, ...(custom && { custom }) },
    ...wordsOf(answer.written).map((written) => ({
      type: 'tool-call-delta' as const,
      choice,
      block: 0,
      arguments: written,
    })),
  ];
}

/** Words with the white space before each; together they are the text again. */
function wordsOf(text: string): readonly string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}
