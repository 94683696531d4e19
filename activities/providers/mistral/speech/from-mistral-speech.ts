import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import type { PieceStep } from '../../read-event-pieces.js';

/** `SpeechResponse`, of a server that passes over `stream`. */
export function readMistralSound(answer: Json): Uint8Array {
  const sound = asText(asObject(answer)?.['audio_data']);
  if (sound === undefined) throw badResponse('The vendor sent no sound.');
  return Buffer.from(sound, 'base64');
}

/** `SpeechStreamAudioDelta` and `SpeechStreamDone`. */
export function readMistralSpeechEvent(event: JsonObject): {
  readonly step: PieceStep;
  readonly reported?: JsonObject | undefined;
} {
  switch (event['type']) {
    case 'speech.audio.delta':
      return { step: { type: 'piece', bytes: Buffer.from(asText(event['audio_data']) ?? '', 'base64') } };
    case 'speech.audio.done':
      return { step: { type: 'done' }, reported: asObject(event['usage']) };
    default:
      return { step: asObject(event['error']) ? { type: 'failed', body: event } : { type: 'nothing' } };
  }
}
