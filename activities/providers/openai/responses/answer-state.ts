import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { type ContainerSizes, containerSizes } from '../../../../workflows/domain/vendor-containers.js';
import type { ClassifiedFailure } from '../../classify-failure.js';

/** What has been told of one run of content: enough to go on with it, and to tell the rest of it once it is whole. */
export interface PartState {
  readonly block: number;
  /** Characters told so far. */
  readonly told: number;
  readonly citations: number;
  readonly logprobs: boolean;
}

/** What has been read of an answer, streamed or whole. */
export interface AnswerState {
  readonly started: boolean;
  readonly nextBlock: number;
  /** By `partKey`; an item of reasoning is one part, a tool call too. */
  readonly parts: ReadonlyMap<string, PartState>;
  /** The place of the last reasoning told in each item, for the gap between two of its paragraphs. */
  readonly paragraphs: ReadonlyMap<string, string>;
  /** How many items have come to their end. */
  readonly items: number;
  readonly calls: boolean;
  readonly searches: number;
  readonly fileSearches: number;
  /** The containers that code ran in, each with its gigabytes; null is one that was not named. */
  readonly containers: ReadonlyMap<string | null, number>;
  /** What the call says of their sizes. */
  readonly sizes: ContainerSizes;
  /** The vendor has said that its answer is over. */
  readonly ended: boolean;
  /** Set once the vendor has said that it failed; nothing after it counts. */
  readonly failure?: ClassifiedFailure;
}

export const NEW_ANSWER: AnswerState = {
  started: false,
  nextBlock: 0,
  parts: new Map(),
  paragraphs: new Map(),
  items: 0,
  calls: false,
  searches: 0,
  fileSearches: 0,
  containers: new Map(),
  sizes: containerSizes({ tools: [] }),
  ended: false,
};

/** Of an answer to this call, by which its containers are counted. */
export function newAnswer(call: ChatCall): AnswerState {
  return { ...NEW_ANSWER, sizes: containerSizes(call) };
}

export type Step = readonly [AnswerState, readonly AnswerEvent[]];

export type ContentKind = 'text' | 'refusal';

export const partKey = {
  content: (item: string, kind: ContentKind, index: number) => `${item} ${kind} ${index}`,
  reasoning: (item: string) => `${item} reasoning`,
  call: (item: string) => `${item} call`,
};

/** The part with this key, begun where it is new. */
export function openPart(state: AnswerState, key: string): readonly [AnswerState, PartState] {
  const known = state.parts.get(key);
  if (known !== undefined) return [state, known];
  const part = { block: state.nextBlock, told: 0, citations: 0, logprobs: false };
  return [withPart({ ...state, nextBlock: state.nextBlock + 1 }, key, part), part];
}

export function withPart(state: AnswerState, key: string, part: PartState): AnswerState {
  return { ...state, parts: new Map(state.parts).set(key, part) };
}

/** One step after another, each from the state that the one before it left. */
export function inTurn(state: AnswerState, steps: readonly ((state: AnswerState) => Step)[]): Step {
  let current = state;
  const events: AnswerEvent[] = [];
  for (const step of steps) {
    const [next, found] = step(current);
    current = next;
    events.push(...found);
  }
  return [current, events];
}

export const NOTHING: readonly AnswerEvent[] = [];

/** A piece of an item's content that has no canonical form. */
export function opaque(data: JsonObject): AnswerEvent {
  return { type: 'opaque', choice: 0, dialect: 'openai-responses', data };
}
