import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { SpeechCall } from '../../../../workflows/contracts/media-calls.js';
import type { MediaAttempt } from '../../port.js';
import { formatFor, warnOfSpeechFields } from '../../speech-frames.js';
import { createWarnings } from '../../warnings.js';

export const MINIMAX_PCM = { sampleRate: 24_000 };

export interface MiniMaxSpeechRequest {
  readonly body: JsonObject;
  readonly format: 'mp3' | 'flac' | 'wav' | 'pcm';
  readonly warnings: readonly Warning[];
}

/** https://platform.minimax.io/docs/api-reference/speech-t2a-http, streamed; WAV, which it does not stream, is made of samples here. */
export function toMiniMaxSpeech({ call, offer }: MediaAttempt<SpeechCall>): MiniMaxSpeechRequest {
  const warnings = createWarnings();
  const format = formatFor(call, ['mp3', 'flac', 'wav', 'pcm'], warnings) as MiniMaxSpeechRequest['format'];
  const own = ['language_boost', 'pronunciation_dict', 'voice_modify'];
  warnOfSpeechFields(call, ['speed', ...own], warnings);
  const { text, voice, speed, source } = call;
  const kept = own.flatMap((name) => {
    const value = source.body[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    body: {
      model: offer.vendorModel,
      text,
      stream: true,
      // The last event would hold the whole sound once more.
      stream_options: { exclude_aggregated_audio: true },
      voice_setting: { voice_id: voice, ...(speed !== undefined && { speed: Math.min(Math.max(speed, 0.5), 2) }) },
      audio_setting: { format: format === 'wav' ? 'pcm' : format, sample_rate: MINIMAX_PCM.sampleRate, channel: 1 },
      ...Object.fromEntries(kept),
    },
    format,
    warnings: warnings.list(),
  };
}
