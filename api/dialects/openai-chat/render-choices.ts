import type { AnswerEvent, FinishReason, Frame } from '../../../workflows/contracts/answer.js';
import type { Dialect } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { renderFinishReason } from './finish-reason.js';
import { renderReasoningDetail, renderToolCall } from './render-context.js';
import type { ReasoningBlock } from './render-context.js';

interface Choice {
  text?: string;
  refusal?: string;
  finish?: FinishReason;
  readonly reasoning: Map<number, ReasoningBlock>;
  readonly calls: Map<number, { id: string; name: string; custom: boolean; written: string }>;
}

/** The `choices` of a chat completion from canonical events, one for each choice that anything was said of. */
export function renderChoices(frames: readonly Frame[], legacyFunctions: boolean): readonly JsonObject[] {
  const choices = new Map<number, Choice>();
  for (const frame of frames) {
    for (const event of frame.events) {
      if ('choice' in event) collect(choiceOf(choices, event.choice), event, frame.wire?.dialect);
    }
  }
  return [...choices]
    .sort(([left], [right]) => left - right)
    .map(([index, choice]) => renderChoice(index, choice, legacyFunctions));
}

function choiceOf(choices: Map<number, Choice>, index: number): Choice {
  const choice = choices.get(index) ?? { reasoning: new Map(), calls: new Map() };
  choices.set(index, choice);
  return choice;
}

function collect(choice: Choice, event: AnswerEvent, dialect: Dialect | undefined): void {
  switch (event.type) {
    case 'text-delta':
      choice.text = (choice.text ?? '') + event.text;
      return;
    case 'refusal-delta':
      choice.refusal = (choice.refusal ?? '') + event.text;
      return;
    case 'reasoning-delta': {
      const block = choice.reasoning.get(event.block) ?? { index: choice.reasoning.size, text: '', dialect };
      const { signature = block.signature, redacted = block.redacted } = event;
      choice.reasoning.set(event.block, { ...block, text: block.text + event.text, signature, redacted });
      return;
    }
    case 'tool-call-start':
      choice.calls.set(event.block, { id: event.id, name: event.name, custom: event.custom ?? false, written: '' });
      return;
    case 'tool-call-delta': {
      const call = choice.calls.get(event.block);
      if (call) call.written += event.arguments;
      return;
    }
    case 'finish':
      choice.finish = event.reason;
      return;
    default:
      return;
  }
}

function renderChoice(index: number, choice: Choice, legacyFunctions: boolean): JsonObject {
  const calls = [...choice.calls.values()];
  const silent = calls.length > 0 || choice.refusal !== undefined ? null : '';
  return {
    index,
    message: {
      role: 'assistant',
      content: choice.text ?? silent,
      refusal: choice.refusal ?? null,
      ...renderReasoning([...choice.reasoning.values()]),
      ...renderCalls(calls, legacyFunctions),
    },
    logprobs: null,
    ...(choice.finish
      ? renderFinishReason(choice.finish, legacyFunctions && calls.length > 0)
      : { finish_reason: null }),
  };
}

function renderReasoning(blocks: readonly ReasoningBlock[]): JsonObject {
  const text = blocks.map((block) => block.text).join('');
  const details = blocks.map(renderReasoningDetail).filter((detail) => detail !== undefined);
  return {
    ...(text !== '' && { reasoning_content: text }),
    ...(details.length > 0 && { reasoning_details: details }),
  };
}

/** The old form holds one call; a second, which a caller of `functions` did not foresee, stays in the new form. */
function renderCalls(calls: readonly Parameters<typeof renderToolCall>[0][], legacyFunctions: boolean): JsonObject {
  const [first, ...others] = calls;
  if (first === undefined) return {};
  if (!legacyFunctions) return { tool_calls: calls.map(renderToolCall) };
  return {
    function_call: { name: first.name, arguments: first.written },
    ...(others.length > 0 && { tool_calls: others.map(renderToolCall) }),
  };
}
