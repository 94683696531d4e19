import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { SpeechCall } from '../../../../workflows/contracts/media-calls.js';
import type { MediaAttempt } from '../../port.js';
import { formatFor, warnOfSpeechFields } from '../../speech-frames.js';
import { createWarnings } from '../../warnings.js';

export interface GoogleSpeechRequest {
  readonly body: JsonObject;
  readonly format: 'wav' | 'pcm';
  readonly warnings: readonly Warning[];
}

/** `generateContent` with sound as its only modality: https://ai.google.dev/gemini-api/docs/speech-generation. */
export function toGoogleSpeech({ call }: MediaAttempt<SpeechCall>): GoogleSpeechRequest {
  const warnings = createWarnings();
  const format = formatFor(call, ['wav', 'pcm'], warnings) as 'wav' | 'pcm';
  warnOfSpeechFields(call, ['instructions', 'language'], warnings);
  const { text, voice, instructions, language } = call;
  return {
    body: {
      // How it is to be said is asked for in words, before those that are to be said.
      contents: [{ role: 'user', parts: [{ text: instructions === undefined ? text : `${instructions}:\n${text}` }] }],
      generationConfig: {
        responseModalities: ['AUDIO'],
        speechConfig: {
          voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } },
          ...(language !== undefined && { languageCode: language }),
        },
      },
    },
    format,
    warnings: warnings.list(),
  };
}
