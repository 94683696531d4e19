import type { AnswerEvent, FinishReason, Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asCount, asObject } from '../../json-fields.js';
import { asText } from '../../anthropic/chat/json-fields.js';
import { badResponse } from '../../json-answer.js';
import { closeBlock, extendBlock, openBlock } from './answer-blocks.js';
import type { AnswerBlock } from './answer-blocks.js';
import { toUsage } from './converse-usage.js';
import type { Reading } from './reading.js';
import { toFinishReason } from './stop-reason.js';

/** What has been read of an answer. */
export interface ConverseState {
  readonly reading: Reading;
  readonly begun: boolean;
  /** Content blocks that have begun, by the vendor's index. */
  readonly blocks: ReadonlyMap<number, AnswerBlock>;
  /** True from `messageStop` on: the answer is whole, and only its usage is still to come. */
  readonly stopped: boolean;
  readonly metered: boolean;
}

export function startConverse(reading: Reading): ConverseState {
  return { reading, begun: false, blocks: new Map(), stopped: false, metered: false };
}

type Step = readonly [ConverseState, readonly AnswerEvent[]];

/**
 * One event of a stream, by its name and payload, as a frame. Padding (`p`) and events that came after this was written say
 * nothing. Throws `bad_response` where a second answer begins within the first, and where an end has no beginning.
 */
export function readConverseEvent(
  state: ConverseState,
  name: string,
  event: JsonObject,
): readonly [ConverseState, Frame] {
  const [next, events] = step(state, name, event);
  return [next, { events }];
}

function step(state: ConverseState, name: string, event: JsonObject): Step {
  switch (name) {
    case 'messageStart':
      if (state.begun) throw badResponse('The vendor began another answer within this one.');
      return begin(state);
    case 'contentBlockStart':
    case 'contentBlockDelta':
    case 'contentBlockStop': {
      // Recordings all begin with `messageStart`; what leaves it out is no worse for it.
      const [begun, start] = state.begun ? [state, []] : begin(state);
      const [next, events] = readBlock(begun, name, event);
      return [next, [...start, ...events]];
    }
    case 'messageStop':
      if (!state.begun) throw badResponse('The vendor ended an answer that it had not begun.');
      return [{ ...state, stopped: true }, [{ type: 'finish', choice: 0, reason: finishReason(state, event) }]];
    case 'metadata': {
      const usage = toUsage(asObject(event['usage']));
      return [{ ...state, metered: true }, usage === undefined ? [] : [{ type: 'usage', usage }]];
    }
    default:
      return [state, []];
  }
}

function begin(state: ConverseState): Step {
  return [{ ...state, begun: true }, [{ type: 'start' }]];
}

function readBlock(
  state: ConverseState,
  name: 'contentBlockStart' | 'contentBlockDelta' | 'contentBlockStop',
  event: JsonObject,
): Step {
  const index = asCount(event['contentBlockIndex']);
  if (index === undefined) throw badResponse('An event of the vendor does not say which block it is of.');
  const before = state.blocks.get(index);
  if (name === 'contentBlockStop') return [state, closeBlock(before, index)];
  const [block, events] =
    name === 'contentBlockStart'
      ? openBlock(asObject(event['start']) ?? {}, index, state.reading)
      : extendBlock(before, asObject(event['delta']) ?? {}, index, state.reading);
  return [block === before ? state : { ...state, blocks: new Map(state.blocks).set(index, block) }, events];
}

/** A call of the tool that is the answer is an answer, not a call. */
function finishReason({ blocks }: ConverseState, event: JsonObject): FinishReason {
  const reason = toFinishReason(asText(event['stopReason']));
  const kinds = [...blocks.values()].map(({ kind }) => kind);
  const answered = kinds.includes('json') && !kinds.includes('tool') && !kinds.includes('custom');
  return reason.unified === 'tool-calls' && answered ? { ...reason, unified: 'stop' } : reason;
}
