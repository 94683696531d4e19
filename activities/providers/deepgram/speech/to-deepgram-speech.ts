import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { SpeechCall, SpeechFormat } from '../../../../workflows/contracts/media-calls.js';
import type { MediaAttempt } from '../../port.js';
import { formatFor, warnOfSpeechFields } from '../../speech-frames.js';
import { createWarnings } from '../../warnings.js';

export interface DeepgramSpeechRequest {
  /** With its query. */
  readonly path: string;
  readonly body: { readonly text: string };
  readonly format: SpeechFormat;
  readonly warnings: readonly Warning[];
}

/** https://developers.deepgram.com/docs/tts-media-output-settings. */
const OUTPUTS: { readonly [F in SpeechFormat]: Readonly<Record<string, string>> } = {
  mp3: { encoding: 'mp3' },
  opus: { encoding: 'opus', container: 'ogg' },
  aac: { encoding: 'aac' },
  flac: { encoding: 'flac' },
  wav: { encoding: 'linear16', container: 'wav', sample_rate: '24000' },
  pcm: { encoding: 'linear16', container: 'none', sample_rate: '24000' },
};

/** https://developers.deepgram.com/reference/text-to-speech-api/speak: a model for each voice, `aura-2-thalia-en`. */
export function toDeepgramSpeech({ call, offer }: MediaAttempt<SpeechCall>): DeepgramSpeechRequest {
  const warnings = createWarnings();
  const format = formatFor(call, ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'], warnings);
  warnOfSpeechFields(call, ['language'], warnings);
  const { voice, language = 'en', text } = call;
  const model = voice.startsWith('aura') ? voice : `${offer.vendorModel}-${voice.toLowerCase()}-${language}`;
  return {
    path: `/speak?${new URLSearchParams({ model, ...OUTPUTS[format] }).toString()}`,
    body: { text },
    format,
    warnings: warnings.list(),
  };
}
