import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { TranscriptionCall } from '../../../workflows/contracts/media-calls.js';
import type { FormFile } from '../../http/multipart-form.js';
import { carriedOrStored } from '../shared/form-media.js';
import type { AudioFile } from '../../http/probe-audio.js';
import type { TranscriptionRequestFields } from './transcription-request.schema.js';

export interface TranscriptionParts {
  readonly task: TranscriptionCall['task'];
  readonly body: JsonObject;
  readonly fields: TranscriptionRequestFields;
  readonly file: FormFile;
  readonly about: AudioFile;
}

export function toTranscriptionCall({ task, body, fields, file, about }: TranscriptionParts): TranscriptionCall {
  const { language, prompt, temperature, response_format: format = 'json', include = [], diarize } = fields;
  const { mediaType, filename, durationSeconds } = about;
  return {
    kind: 'transcription',
    source: { dialect: 'openai-transcriptions', body },
    stream: fields.stream === true,
    task,
    audio: carriedOrStored(file, mediaType),
    filename,
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(language !== undefined && language !== '' && { language }),
    ...(prompt !== undefined && prompt !== '' && { prompt }),
    ...(temperature !== undefined && { temperature }),
    // "`response_format` must be set `verbose_json` to use timestamp granularities", which are segments where none are named.
    timestamps: format === 'verbose_json' ? (fields.timestamp_granularities ?? ['segment']) : [],
    ...(diarize !== undefined && { diarize }),
    ...(include.includes('logprobs') && { logprobs: true }),
    format,
  };
}
