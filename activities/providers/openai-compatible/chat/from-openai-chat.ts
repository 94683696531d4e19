import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import { ProviderFailure } from '../../port.js';
import { toFinishReason } from './finish-reason.js';
import { asCount, asObject, asObjects } from '../../json-fields.js';
import { namelessCall, startEvent, usageEvents } from './openai-chat-stream.js';
import { NEW_CHOICE, readChoice } from './read-choice.js';
import type { ChoiceState } from './read-choice.js';

/** A whole `chat.completion` as one frame. Throws `bad_response` where it is none, and what an error within it says. */
export function fromOpenAiChat(answer: Json): Frame {
  const body = asObject(answer);
  if (body === undefined) throw badResponse('The vendor answered with JSON that is no object.');
  if (body['error'] !== undefined && body['error'] !== null) throw inBodyFailure(body);
  const entries = asObjects(body['choices']);
  // MiniMax has its error here, under HTTP 200 and beside empty choices.
  if (entries.length === 0 && asObject(body['base_resp'])) throw inBodyFailure(body);
  if (entries.length === 0) throw badResponse("The vendor's answer has no choices.");
  const events = entries.flatMap(readEntry);
  return {
    events: [startEvent(body), ...events, ...usageEvents(body)],
    wire: { dialect: 'openai-chat', streamed: false, body },
  };
}

function readEntry(entry: JsonObject, position: number): readonly AnswerEvent[] {
  const message = asObject(entry['message']);
  if (message === undefined) throw badResponse("A choice of the vendor's answer has no message.");
  if (entry['finish_reason'] === 'error') throw inBodyFailure({});
  const choice = asCount(entry['index']) ?? position;
  const [state, events] = readChoice(NEW_CHOICE, choice, entry, numbered(message));
  if (namelessCall(new Map<number, ChoiceState>([[choice, state]]))) {
    throw badResponse('The vendor called a tool without naming it.');
  }
  // A whole answer is over, whether the vendor says why or not.
  return state.finished ? events : [...events, { type: 'finish', choice, reason: toFinishReason(undefined) }];
}

/** In a whole answer the calls stand in order without numbers. */
function numbered(message: JsonObject): JsonObject {
  const calls = asObjects(message['tool_calls']);
  return calls.length === 0 ? message : { ...message, tool_calls: calls.map((call, index) => ({ ...call, index })) };
}

function inBodyFailure(body: JsonObject): ProviderFailure {
  const { failure, detail } = classifyErrorEvent(body);
  return new ProviderFailure(failure, detail);
}

function badResponse(message: string): ProviderFailure {
  return new ProviderFailure({ class: 'bad_response' }, { message });
}
