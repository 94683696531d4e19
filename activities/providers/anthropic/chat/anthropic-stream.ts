import type { AnswerEvent, FinishReason, Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import { ProviderFailure } from '../../port.js';
import { mergeUsage, toUsage } from './anthropic-usage.js';
import { closeBlock, extendBlock, openBlock } from './answer-blocks.js';
import type { AnswerBlock } from './answer-blocks.js';
import { asCount, asObject } from '../../json-fields.js';
import { asText } from './json-fields.js';
import type { Reading } from './reading.js';
import { toFinishReason } from './stop-reason.js';

/** What has been read of an answer. */
export interface AnthropicStreamState {
  readonly reading: Reading;
  readonly messageId?: string;
  readonly begun: boolean;
  /** Content blocks that have begun, by the vendor's index. */
  readonly blocks: ReadonlyMap<number, AnswerBlock>;
  readonly usage?: JsonObject;
  readonly stopReason?: string;
  /** True from the vendor's end marker on: only then was the answer whole. */
  readonly ended: boolean;
}

export function startAnthropicStream(reading: Reading): AnthropicStreamState {
  return { reading, begun: false, blocks: new Map(), ended: false };
}

/**
 * One event of a stream (its `data`, parsed) as a frame. What the canonical form has no name for becomes `opaque`. Throws
 * the `ProviderFailure` that an `error` event stands for, and `bad_response` where another message begins in the middle.
 */
export function readAnthropicEvent(
  state: AnthropicStreamState,
  event: JsonObject,
): readonly [AnthropicStreamState, Frame] {
  const [next, events] = step(state, event);
  return [next, { events, wire: { dialect: 'anthropic-messages', streamed: true, body: event } }];
}

type Step = readonly [AnthropicStreamState, readonly AnswerEvent[]];

function step(state: AnthropicStreamState, event: JsonObject): Step {
  switch (event['type']) {
    case 'message_start':
      return startMessage(state, asObject(event['message']) ?? {});
    case 'content_block_start':
    case 'content_block_delta':
    case 'content_block_stop':
      return readBlock(state, event);
    case 'message_delta':
      return readMessageDelta(state, event);
    case 'message_stop':
      if (!state.begun) throw badResponse('The vendor ended an answer that it had not begun.');
      return [{ ...state, ended: true }, [{ type: 'finish', choice: 0, reason: finishReason(state) }]];
    case 'ping':
      return [state, []];
    case 'error': {
      const { failure, detail } = classifyErrorEvent(event);
      throw new ProviderFailure(failure, detail);
    }
    default:
      return [state, [opaque(event)]];
  }
}

/** Some proxies send the start twice; one that belongs to another message means that two answers were mixed. */
function startMessage(state: AnthropicStreamState, message: JsonObject): Step {
  const vendorId = asText(message['id']);
  if (state.begun && (vendorId !== state.messageId || state.blocks.size > 0)) {
    throw badResponse('The vendor began another answer within this one.');
  }
  const vendorModel = asText(message['model']);
  const usage = mergeUsage(state.usage, asObject(message['usage']));
  const next = { ...state, begun: true, messageId: vendorId, usage };
  if (state.begun) return [next, []];
  const start = {
    type: 'start',
    ...(vendorId !== undefined && { vendorId }),
    ...(vendorModel !== undefined && { vendorModel }),
  } as const;
  return [next, [start, ...usageEvents(usage, false)]];
}

function readBlock(state: AnthropicStreamState, event: JsonObject): Step {
  const index = asCount(event['index']);
  if (index === undefined) return [state, [opaque(event)]];
  const before = state.blocks.get(index);
  const [block, events] =
    event['type'] === 'content_block_start'
      ? openBlock(event, index, state.reading)
      : event['type'] === 'content_block_delta'
        ? extendBlock(before, event, index)
        : closeBlock(before, index);
  return [block === before ? state : { ...state, blocks: withBlock(state.blocks, index, block) }, events];
}

function withBlock(
  blocks: AnthropicStreamState['blocks'],
  index: number,
  block: AnswerBlock | undefined,
): AnthropicStreamState['blocks'] {
  return block === undefined ? blocks : new Map(blocks).set(index, block);
}

function readMessageDelta(state: AnthropicStreamState, event: JsonObject): Step {
  const delta = asObject(event['delta']) ?? {};
  const reported = asObject(event['usage']);
  const usage = mergeUsage(state.usage, reported);
  const stopReason = asText(delta['stop_reason']) ?? state.stopReason;
  const next = { ...state, usage, stopReason };
  const events = reported === undefined ? [] : usageEvents(usage, asCount(reported['output_tokens']) !== undefined);
  return [next, [...refusalEvents(state, delta), ...events]];
}

/** Why the vendor refused, where it says so; what was said before stays, but is not an answer. */
function refusalEvents(state: AnthropicStreamState, delta: JsonObject): readonly AnswerEvent[] {
  const explanation = asText(asObject(delta['stop_details'])?.['explanation']);
  if (delta['stop_reason'] !== 'refusal' || explanation === undefined || explanation === '') return [];
  const block = Math.max(-1, ...state.blocks.keys()) + 1;
  return [{ type: 'refusal-delta', choice: 0, block, text: explanation }];
}

function usageEvents(raw: JsonObject | undefined, output: boolean): readonly AnswerEvent[] {
  const usage = toUsage(raw, { output });
  return usage === undefined ? [] : [{ type: 'usage', usage }];
}

/** A call of the tool that is the answer is an answer, not a call. */
function finishReason({ stopReason, blocks }: AnthropicStreamState): FinishReason {
  const reason = toFinishReason(stopReason);
  const kinds = [...blocks.values()].map(({ kind }) => kind);
  const answered = kinds.includes('json') && !kinds.includes('tool') && !kinds.includes('custom');
  return reason.unified === 'tool-calls' && answered ? { ...reason, unified: 'stop' } : reason;
}

function badResponse(message: string): ProviderFailure {
  return new ProviderFailure({ class: 'bad_response' }, { message });
}

function opaque(event: JsonObject): AnswerEvent {
  return { type: 'opaque', choice: 0, dialect: 'anthropic-messages', data: event };
}
