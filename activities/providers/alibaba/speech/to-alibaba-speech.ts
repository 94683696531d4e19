import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { SpeechCall } from '../../../../workflows/contracts/media-calls.js';
import type { MediaAttempt } from '../../port.js';
import { formatFor, warnOfSpeechFields } from '../../speech-frames.js';
import { createWarnings } from '../../warnings.js';

export const ALIBABA_PCM = { sampleRate: 24_000 };

/** https://www.alibabacloud.com/help/en/model-studio/qwen-tts-api: streamed, samples of 16 bits at 24 kHz. */
export function toAlibabaSpeech({ call, offer }: MediaAttempt<SpeechCall>): {
  readonly body: JsonObject;
  readonly format: 'wav' | 'pcm';
  readonly warnings: readonly Warning[];
} {
  const warnings = createWarnings();
  const format = formatFor(call, ['wav', 'pcm'], warnings) as 'wav' | 'pcm';
  warnOfSpeechFields(call, ['language_type'], warnings);
  const language = call.source.body['language_type'];
  return {
    body: {
      model: offer.vendorModel,
      input: { text: call.text, voice: call.voice, ...(typeof language === 'string' && { language_type: language }) },
    },
    format,
    warnings: warnings.list(),
  };
}
