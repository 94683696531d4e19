import type { AnswerEvent, Citation, FinishReason, Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { renderFinishReason } from './finish-reason.js';
import { joinBase64 } from './join-base64.js';
import { renderAnnotation } from './render-annotation.js';
import type { BlockSpan } from './render-annotation.js';
import { renderReasoningDetail, renderToolCall } from './render-context.js';
import type { ReasoningBlock } from './render-context.js';

type AudioDelta = Extract<AnswerEvent, { type: 'audio-delta' }>;
type LogprobsEvent = Extract<AnswerEvent, { type: 'logprobs' }>;

interface Choice {
  text?: string;
  refusal?: string;
  finish?: FinishReason;
  /** Where the text of each block stands in the whole. */
  readonly spans: Map<number, BlockSpan>;
  readonly citations: { readonly block: number; readonly citation: Citation }[];
  readonly reasoning: Map<number, ReasoningBlock>;
  readonly calls: Map<number, { id: string; name: string; custom: boolean; written: string }>;
  readonly logprobs: LogprobsEvent[];
  readonly audio: AudioDelta[];
}

/** The `choices` of a chat completion from canonical events, one for each choice that anything was said of. */
export function renderChoices(frames: readonly Frame[], legacyFunctions: boolean): readonly JsonObject[] {
  const choices = new Map<number, Choice>();
  for (const frame of frames) {
    for (const event of frame.events) {
      if ('choice' in event) collect(choiceOf(choices, event.choice), event);
    }
  }
  return [...choices]
    .sort(([left], [right]) => left - right)
    .map(([index, choice]) => renderChoice(index, choice, legacyFunctions));
}

function choiceOf(choices: Map<number, Choice>, index: number): Choice {
  const choice = choices.get(index) ?? {
    spans: new Map(),
    citations: [],
    reasoning: new Map(),
    calls: new Map(),
    logprobs: [],
    audio: [],
  };
  choices.set(index, choice);
  return choice;
}

function collect(choice: Choice, event: AnswerEvent): void {
  switch (event.type) {
    case 'text-delta':
      addText(choice, event.block, event.text);
      return;
    case 'refusal-delta':
      choice.refusal = (choice.refusal ?? '') + event.text;
      return;
    case 'reasoning-delta':
      addReasoning(choice, event);
      return;
    case 'tool-call-start':
      choice.calls.set(event.block, { id: event.id, name: event.name, custom: event.custom ?? false, written: '' });
      return;
    case 'tool-call-delta': {
      const call = choice.calls.get(event.block);
      if (call) call.written += event.arguments;
      return;
    }
    case 'citation':
      choice.citations.push(event);
      return;
    case 'logprobs':
      choice.logprobs.push(event);
      return;
    case 'audio-delta':
      choice.audio.push(event);
      return;
    case 'finish':
      choice.finish = event.reason;
      return;
    default:
      return;
  }
}

function addText(choice: Choice, block: number, text: string): void {
  const before = choice.text ?? '';
  choice.text = before + text;
  const start = choice.spans.get(block)?.start ?? before.length;
  choice.spans.set(block, { start, end: choice.text.length });
}

function addReasoning(choice: Choice, event: Extract<AnswerEvent, { type: 'reasoning-delta' }>): void {
  const block = choice.reasoning.get(event.block) ?? { index: choice.reasoning.size, text: '' };
  const { signature = block.signature, redacted = block.redacted, vendor = block.vendor, id = block.id } = event;
  choice.reasoning.set(event.block, { ...block, text: block.text + event.text, signature, redacted, vendor, id });
}

function renderChoice(index: number, choice: Choice, legacyFunctions: boolean): JsonObject {
  const calls = [...choice.calls.values()];
  const silent = calls.length > 0 || choice.refusal !== undefined || choice.audio.length > 0 ? null : '';
  return {
    index,
    message: {
      role: 'assistant',
      content: choice.text ?? silent,
      refusal: choice.refusal ?? null,
      ...renderReasoning([...choice.reasoning.values()]),
      ...renderCitations(choice),
      ...renderAudio(choice.audio),
      ...renderCalls(calls, legacyFunctions),
    },
    logprobs: renderLogprobs(choice.logprobs),
    ...(choice.finish
      ? renderFinishReason(choice.finish, legacyFunctions && calls.length > 0)
      : { finish_reason: null }),
  };
}

function renderCitations({ citations, spans, text = '' }: Choice): JsonObject {
  if (citations.length === 0) return {};
  const whole = { start: 0, end: text.length };
  return {
    annotations: citations.map(({ block, citation }) => renderAnnotation(citation, spans.get(block) ?? whole)),
  };
}

function renderAudio(pieces: readonly AudioDelta[]): JsonObject {
  if (pieces.length === 0) return {};
  const id = pieces.find((piece) => piece.id !== undefined)?.id;
  const expiresAt = pieces.find((piece) => piece.expiresAtSeconds !== undefined)?.expiresAtSeconds;
  return {
    audio: {
      ...(id !== undefined && { id }),
      data: joinBase64(pieces.flatMap(({ data }) => data ?? [])),
      transcript: pieces.map(({ transcript }) => transcript ?? '').join(''),
      ...(expiresAt !== undefined && { expires_at: expiresAt }),
    },
  };
}

function renderLogprobs(events: readonly LogprobsEvent[]): JsonObject | null {
  if (events.length === 0) return null;
  const tokensOf = (refusal: boolean): readonly JsonObject[] | null => {
    const found = events.filter((event) => (event.refusal ?? false) === refusal);
    return found.length === 0 ? null : found.flatMap(({ tokens }) => tokens);
  };
  return { content: tokensOf(false), refusal: tokensOf(true) };
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
