import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { ProviderFailure } from '../../port.js';
import { readAnthropicEvent, startAnthropicStream } from './anthropic-stream.js';
import { asObject, isArray } from '../../json-fields.js';
import { asArray } from './json-fields.js';
import type { Reading } from './reading.js';

/**
 * A plain answer as one frame with every event. It is read as the stream that would have brought it, so that both give the
 * same events. Throws `bad_response` for what is no message.
 */
export function fromAnthropicMessage(body: Json, reading: Reading): Frame {
  const message = asObject(body);
  if (message?.['type'] === 'error') return { events: eventsOf([message], reading) };
  if (message?.['type'] !== 'message' || !isArray(message['content'])) {
    throw new ProviderFailure(
      { class: 'bad_response' },
      { message: 'The vendor answered with something that is no message.' },
    );
  }
  const events = eventsOf(toStream(message), reading);
  return { events, wire: { dialect: 'anthropic-messages', streamed: false, body: message } };
}

function eventsOf(stream: readonly JsonObject[], reading: Reading): Frame['events'] {
  let state = startAnthropicStream(reading);
  return stream.flatMap((event) => {
    const [next, frame] = readAnthropicEvent(state, event);
    state = next;
    return frame.events;
  });
}

function toStream(message: JsonObject): readonly JsonObject[] {
  // The usage of a whole answer is final, so it comes with the end only.
  const { content, usage, stop_reason, stop_sequence, stop_details, ...start } = message;
  const blocks = asArray(content).flatMap((block, index): readonly JsonObject[] => [
    { type: 'content_block_start', index, content_block: block },
    { type: 'content_block_stop', index },
  ]);
  return [
    { type: 'message_start', message: start },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason, stop_sequence, stop_details }, usage },
    { type: 'message_stop' },
  ];
}
