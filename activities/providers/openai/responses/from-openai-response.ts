import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json } from '../../../../workflows/contracts/json.js';
import { asObject } from '../../json-fields.js';
import { ProviderFailure } from '../../port.js';
import { type AnswerState, NEW_ANSWER } from './answer-state.js';
import { endAnswer } from './read-response.js';

/** A whole Response, to the call that `state` is for, as one frame. Throws `bad_response` where it is none, and what an error within it says. */
export function fromOpenAiResponse(answer: Json, state: AnswerState = NEW_ANSWER): Frame {
  const body = asObject(answer);
  if (body === undefined) throw badResponse('The vendor answered with JSON that is no object.');
  const isResponse = Array.isArray(body['output']) || asObject(body['error']) !== undefined;
  if (!isResponse) throw badResponse("The vendor's answer has no output.");
  const [{ failure }, events] = endAnswer(state, body);
  if (failure !== undefined) throw new ProviderFailure(failure.failure, failure.detail);
  return { events, wire: { dialect: 'openai-responses', streamed: false, body } };
}

function badResponse(message: string): ProviderFailure {
  return new ProviderFailure({ class: 'bad_response' }, { message });
}
