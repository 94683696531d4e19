import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { SpeechCall, SpeechFormat } from '../../../../workflows/contracts/media-calls.js';
import type { MediaAttempt } from '../../port.js';
import { formatFor, warnOfSpeechFields } from '../../speech-frames.js';
import { createWarnings } from '../../warnings.js';

/** `SpeechRequest` of Mistral's OpenAPI. */
export function toMistralSpeech({ call, offer }: MediaAttempt<SpeechCall>): {
  readonly body: JsonObject;
  readonly format: SpeechFormat;
  readonly warnings: readonly Warning[];
} {
  const warnings = createWarnings();
  const format = formatFor(call, ['mp3', 'wav', 'flac', 'opus', 'pcm'], warnings);
  warnOfSpeechFields(call, ['ref_audio'], warnings);
  const reference = call.source.body['ref_audio'];
  return {
    body: {
      model: offer.vendorModel,
      input: call.text,
      voice_id: call.voice,
      response_format: format,
      stream: true,
      ...(typeof reference === 'string' && { ref_audio: reference }),
    },
    format,
    warnings: warnings.list(),
  };
}
