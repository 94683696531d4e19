import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject, asObjects, isArray } from '../../json-fields.js';
import { badResponse } from '../../json-answer.js';
import { readConverseEvent, startConverse } from './converse-stream.js';
import { memberOf } from './member-of.js';
import type { Reading } from './reading.js';

type Event = readonly [name: string, payload: JsonObject];

/**
 * A plain answer as one frame with every event. It is read as the stream that would have brought it, so that both give the
 * same events. Throws `bad_response` for what is no answer of Converse.
 */
export function fromConverse(body: Json, reading: Reading): Frame {
  const answer = asObject(body);
  const message = asObject(asObject(answer?.['output'])?.['message']);
  if (answer === undefined || message === undefined || !isArray(message['content'])) {
    throw badResponse('The vendor answered with something that is no message.');
  }
  let state = startConverse(reading);
  const events = toStream(answer, asObjects(message['content'])).flatMap(([name, payload]): readonly AnswerEvent[] => {
    const [next, frame] = readConverseEvent(state, name, payload);
    state = next;
    return frame.events;
  });
  return { events };
}

function toStream({ stopReason, usage }: JsonObject, content: readonly JsonObject[]): readonly Event[] {
  return [
    ['messageStart', { role: 'assistant' }],
    ...content.flatMap((block, contentBlockIndex) => [
      ...toBlockEvents(block).map(([name, fields]): Event => [name, { contentBlockIndex, ...fields }]),
      ['contentBlockStop', { contentBlockIndex }] as const,
    ]),
    ['messageStop', { stopReason }],
    ['metadata', { usage }],
  ];
}

/** A whole block as the beginning and the pieces of one. */
function toBlockEvents(block: JsonObject): readonly Event[] {
  const delta = (fields: JsonObject): Event => ['contentBlockDelta', { delta: fields }];
  const [name, value] = memberOf(block);
  switch (name) {
    case 'text':
      return [delta({ text: value })];
    case 'toolUse': {
      const { input, ...start } = asObject(value) ?? {};
      return [
        ['contentBlockStart', { start: { toolUse: start } }],
        delta({ toolUse: { input: JSON.stringify(input) } }),
      ];
    }
    case 'reasoningContent': {
      const { reasoningText, ...others } = asObject(value) ?? {};
      const { text, signature } = asObject(reasoningText) ?? {};
      return [delta({ reasoningContent: { ...others, text, signature } })];
    }
    case 'citationsContent': {
      const { content, citations } = asObject(value) ?? {};
      return [
        ...asObjects(content).map((piece) => delta(piece)),
        ...asObjects(citations).map((citation) => delta({ citation })),
      ];
    }
    default:
      return [['contentBlockStart', { start: { [name]: value } }]];
  }
}
