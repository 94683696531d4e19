import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { ProviderFailure } from '../../port.js';
import { endGoogleStream, readGoogleChunk, startGoogleStream } from './google-stream.js';
import { asObject } from '../../json-fields.js';
import type { Reading } from './reading.js';

/** A plain answer as one frame. Throws a `ProviderFailure` where it is none, or says that the prompt was blocked. */
export function fromGoogleGenerate(body: Json, reading: Reading): Frame {
  const answer = asObject(body);
  if (answer === undefined) throw badResponse('The vendor answered with something that is no JSON object.');
  const [state, { events }] = readGoogleChunk(startGoogleStream(reading), answer);
  if (state.failure !== undefined) throw new ProviderFailure(state.failure.failure, state.failure.detail);
  if (state.candidates.size === 0) throw badResponse('The vendor answered without any candidate.');
  const { events: ending } = endGoogleStream(state);
  return { events: [...events, ...ending] };
}
