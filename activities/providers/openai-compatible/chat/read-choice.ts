import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { toFinishReason } from './finish-reason.js';
import { asCount, asObject, asObjects, asText } from '../../json-fields.js';
import { isBlank } from './json-fields.js';
import { readContent } from './read-content.js';
import type { ContentPiece } from './read-content.js';

interface CallState {
  /** The vendor's number for the call; absent where it gives none. */
  readonly index?: number;
  readonly id: string;
  readonly block: number;
  /** Arguments that came before the name did; absent once the call has been announced. */
  readonly waiting?: string;
}

/** What has been read of one choice: enough to number its blocks and to continue its tool calls. */
export interface ChoiceState {
  readonly nextBlock: number;
  /** The run of text, reasoning or refusal that the next piece of the same kind continues. */
  readonly run?: { readonly type: ContentPiece['type']; readonly block: number };
  /** The latest run of text, which citations and log probabilities are of, even once it has ended. */
  readonly textBlock?: number;
  readonly calls: readonly CallState[];
  readonly finished: boolean;
}

export const NEW_CHOICE: ChoiceState = { nextBlock: 0, calls: [], finished: false };

type Step = readonly [ChoiceState, readonly AnswerEvent[]];

/** One entry of a chunk's `choices`; a whole answer's `message` reads as one delta. */
export function readChoice(state: ChoiceState, choice: number, entry: JsonObject, message: JsonObject): Step {
  const steps: readonly ((before: ChoiceState) => Step)[] = [
    ...readContent(message).map((piece) => (before: ChoiceState) => addPiece(before, choice, piece)),
    ...readCalls(message).map((call) => (before: ChoiceState) => addCall(before, choice, call)),
    (before) => addLogprobs(before, choice, entry['logprobs']),
    (before) => addFinish(before, choice, asText(entry['finish_reason'])),
  ];
  let current = state;
  const events: AnswerEvent[] = [];
  for (const step of steps) {
    const [next, found] = step(current);
    current = next;
    events.push(...found);
  }
  return [current, events];
}

function addPiece(state: ChoiceState, choice: number, piece: ContentPiece): Step {
  if (piece.type === 'opaque') return [state, [{ type: 'opaque', choice, dialect: 'openai-chat', data: piece.data }]];
  if (piece.type === 'citation') {
    const { block, next } = blockOfText(state);
    return [next, [{ type: 'citation', choice, block, citation: piece.citation }]];
  }
  const going = state.run?.type === piece.type ? state.run : undefined;
  const block = going?.block ?? state.nextBlock;
  const run = going ? state : { ...state, run: { type: piece.type, block }, nextBlock: block + 1 };
  const next = piece.type === 'text' && run.textBlock !== block ? { ...run, textBlock: block } : run;
  switch (piece.type) {
    case 'text':
      return [next, [{ type: 'text-delta', choice, block, text: piece.text }]];
    case 'refusal':
      return [next, [{ type: 'refusal-delta', choice, block, text: piece.text }]];
    case 'reasoning':
      return [next, [{ ...piece, type: 'reasoning-delta', choice, block }]];
    case 'audio':
      return [next, [{ ...piece, type: 'audio-delta', choice, block }]];
  }
}

/** What is said of a text that has not begun is said of the one that will be. */
function blockOfText(state: ChoiceState): { readonly block: number; readonly next: ChoiceState } {
  if (state.textBlock !== undefined) return { block: state.textBlock, next: state };
  const block = state.nextBlock;
  return { block, next: { ...state, run: { type: 'text', block }, textBlock: block, nextBlock: block + 1 } };
}

/** A tool call's delta, whichever form the vendor gave it. */
interface CallDelta {
  readonly index?: number;
  readonly id?: string;
  readonly name?: string;
  readonly written: string;
  readonly custom: boolean;
}

function readCalls(message: JsonObject): readonly CallDelta[] {
  const legacy = asObject(message['function_call']);
  const called = legacy !== undefined && !isBlank(legacy);
  return [...asObjects(message['tool_calls']).map(toCallDelta), ...(called ? [toCallDelta({ function: legacy })] : [])];
}

function toCallDelta(call: JsonObject): CallDelta {
  const written = asObject(call['custom']);
  // Snowflake writes an empty one beside each function.
  const custom = isBlank(written) && asObject(call['function']) ? undefined : written;
  const body = custom ?? asObject(call['function']) ?? {};
  const index = asCount(call['index']);
  const id = asText(call['id']);
  const name = asText(body['name']);
  return {
    ...(index !== undefined && { index }),
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name }),
    written: writtenOf(custom ? body['input'] : body['arguments']),
    custom: custom !== undefined,
  };
}

/** Ollama has sent arguments as an object; they are text everywhere else. */
function writtenOf(written: Json | undefined): string {
  if (typeof written === 'string') return written;
  return asObject(written) ? JSON.stringify(written) : '';
}

function addCall(state: ChoiceState, choice: number, delta: CallDelta): Step {
  const known = state.calls.findLast((call) => continues(call, delta));
  if (known === undefined) return startCall(state, choice, delta);
  if (known.waiting === undefined) return [state, argumentsOf(choice, known.block, delta.written)];
  const call = { ...known, waiting: known.waiting + delta.written };
  return announce(
    { ...state, calls: state.calls.map((other) => (other === known ? call : other)) },
    choice,
    call,
    delta,
  );
}

/**
 * Continuation chunks have the call's index and no id, or `""` (Qwen), or the same id again. An id of its own under an index
 * that is taken is another call (Gemini numbers every call 0).
 */
function continues(call: CallState, delta: CallDelta): boolean {
  if (delta.id !== undefined && delta.id !== call.id && (delta.name !== undefined || delta.index === undefined))
    return false;
  // Without any number or id, a name begins a call.
  const unmarked = delta.index === undefined && delta.id === undefined;
  if (unmarked && delta.name !== undefined && call.waiting === undefined) return false;
  return delta.index === undefined || call.index === undefined || delta.index === call.index;
}

function startCall(state: ChoiceState, choice: number, delta: CallDelta): Step {
  const block = state.nextBlock;
  const call: CallState = {
    ...(delta.index !== undefined && { index: delta.index }),
    // Callers answer a call by its id, so one that the vendor did not name gets an id of ours.
    id: delta.id ?? `call_${choice}_${block}`,
    block,
    waiting: delta.written,
  };
  const { run: _ended, ...rest } = state;
  return announce({ ...rest, nextBlock: block + 1, calls: [...state.calls, call] }, choice, call, delta);
}

/** Announces a call as soon as its name is known. */
function announce(state: ChoiceState, choice: number, call: CallState, { name, custom }: CallDelta): Step {
  if (name === undefined) return [state, []];
  const { waiting = '', ...announced } = call;
  const calls = state.calls.map((other) => (other === call ? announced : other));
  const start: AnswerEvent = {
    type: 'tool-call-start',
    choice,
    block: call.block,
    id: call.id,
    name,
    ...(custom && { custom }),
  };
  return [{ ...state, calls }, [start, ...argumentsOf(choice, call.block, waiting)]];
}

function argumentsOf(choice: number, block: number, written: string): readonly AnswerEvent[] {
  return written === '' ? [] : [{ type: 'tool-call-delta', choice, block, arguments: written }];
}

function addLogprobs(state: ChoiceState, choice: number, logprobs: Json | undefined): Step {
  const data = asObject(logprobs);
  if (data === undefined) return [state, []];
  const [content, refusal] = [asObjects(data['content']), asObjects(data['refusal'])];
  if (content.length === 0 && refusal.length === 0) {
    // Completions' older form, which some vendors have here.
    return [state, isBlank(data) ? [] : [{ type: 'opaque', choice, dialect: 'openai-chat', data: { logprobs: data } }]];
  }
  const { block, next } = blockOfText(state);
  const event = { type: 'logprobs', choice, block } as const;
  return [
    next,
    [
      ...(content.length > 0 ? [{ ...event, tokens: content }] : []),
      ...(refusal.length > 0 ? [{ ...event, tokens: refusal, refusal: true }] : []),
    ],
  ];
}

/** The first one counts: some vendors repeat it in the chunk that has the usage. */
function addFinish(state: ChoiceState, choice: number, raw: string | undefined): Step {
  if (raw === undefined || state.finished) return [state, []];
  return [{ ...state, finished: true }, [{ type: 'finish', choice, reason: toFinishReason(raw) }]];
}
