import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { SpeechCall, SpeechFormat } from '../../../../workflows/contracts/media-calls.js';
import type { MediaAttempt } from '../../port.js';
import { formatFor, warnOfSpeechFields } from '../../speech-frames.js';
import { createWarnings } from '../../warnings.js';

export interface ElevenLabsSpeechRequest {
  /** With its query. */
  readonly path: string;
  readonly body: JsonObject;
  readonly format: SpeechFormat;
  readonly warnings: readonly Warning[];
}

export const ELEVENLABS_PCM = { sampleRate: 24_000 };

/** `output_format`; WAV is made of samples here. */
const OUTPUTS: { readonly [F in SpeechFormat]?: string } = {
  mp3: 'mp3_44100_128',
  opus: 'opus_48000_128',
  wav: 'pcm_24000',
  pcm: 'pcm_24000',
};
/** `voice_settings.speed`. */
const SPEEDS = { least: 0.7, most: 1.2 };

/** https://elevenlabs.io/docs/api-reference/text-to-speech/stream. The voice is an id, and stands in the path. */
export function toElevenLabsSpeech({ call, offer }: MediaAttempt<SpeechCall>): ElevenLabsSpeechRequest {
  const warnings = createWarnings();
  const format = formatFor(call, ['mp3', 'opus', 'wav', 'pcm'], warnings);
  warnOfSpeechFields(call, ['speed', 'language', 'voice_settings', 'seed', 'previous_text', 'next_text'], warnings);
  const { text, voice, speed, language, source } = call;
  const own = ['voice_settings', 'seed', 'previous_text', 'next_text'].flatMap((name) => {
    const value = source.body[name];
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  return {
    path: `/text-to-speech/${encodeURIComponent(voice)}/stream?output_format=${OUTPUTS[format] ?? ''}`,
    body: {
      text,
      model_id: offer.vendorModel,
      ...(language !== undefined && { language_code: language }),
      ...(speed !== undefined && speed !== 1 && { voice_settings: { speed: within(speed, warnings) } }),
      ...Object.fromEntries(own),
    },
    format,
    warnings: warnings.list(),
  };
}

function within(speed: number, warnings: ReturnType<typeof createWarnings>): number {
  const possible = Math.min(Math.max(speed, SPEEDS.least), SPEEDS.most);
  if (possible !== speed) warnings.add('changed', 'speed', `The vendor speaks at ${SPEEDS.least} to ${SPEEDS.most}.`);
  return possible;
}
