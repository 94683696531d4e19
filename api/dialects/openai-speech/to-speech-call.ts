import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { SpeechCall } from '../../../workflows/contracts/media-calls.js';
import type { SpeechRequestFields } from './speech-request.schema.js';

export function toSpeechCall(body: JsonObject, fields: SpeechRequestFields): SpeechCall {
  const { input, voice, instructions, response_format: format, speed, language } = fields;
  return {
    kind: 'speech',
    source: { dialect: 'openai-speech', body },
    // Sound always goes out as it comes.
    stream: true,
    streamFormat: fields.stream_format ?? 'audio',
    text: input,
    voice: typeof voice === 'string' ? voice : voice.id,
    ...(instructions != null && instructions !== '' && { instructions }),
    ...(format != null && { format }),
    ...(speed != null && { speed }),
    ...(language != null && { language }),
  };
}
