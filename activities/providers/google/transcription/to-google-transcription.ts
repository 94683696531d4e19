import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { MediaAttempt } from '../../port.js';
import { refuseUnable, warnOfTranscriptionFields } from '../../transcript-frames.js';
import { createWarnings } from '../../warnings.js';

/** Models that transcribe are asked in words, by `generateContent`: https://ai.google.dev/gemini-api/docs/audio. `data` is the sound in base64. */
export function toGoogleTranscription(
  { call }: Pick<MediaAttempt<TranscriptionCall>, 'call'>,
  data: string,
): {
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
} {
  refuseUnable(call, { times: false, speakers: false });
  const warnings = createWarnings();
  warnOfTranscriptionFields(call, ['language', 'prompt', 'temperature'], warnings);
  const { audio, temperature } = call;
  return {
    body: {
      contents: [
        {
          role: 'user',
          parts: [{ text: questionOf(call) }, { inlineData: { mimeType: audio.mediaType, data } }],
        },
      ],
      generationConfig: { ...(temperature !== undefined && { temperature }) },
    },
    warnings: warnings.list(),
  };
}

function questionOf({ task, language, prompt }: TranscriptionCall): string {
  const what =
    task === 'translate'
      ? 'Translate the speech of this recording into English.'
      : 'Transcribe the speech of this recording in the language that is spoken.';
  return [
    what,
    'Answer with the text alone.',
    ...(language === undefined ? [] : [`The language is ${language}.`]),
    ...(prompt === undefined ? [] : [`Words that may occur: ${prompt}`]),
  ].join(' ');
}
