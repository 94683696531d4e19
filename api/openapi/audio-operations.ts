import { z } from 'zod';
import { speechRequestSchema } from '../dialects/openai-speech/speech-request.schema.js';
import {
  transcriptionRequestSchema,
  translationRequestSchema,
} from '../dialects/openai-transcriptions/transcription-request.schema.js';
import { costHeaders, formErrors, idempotencyKey, inferenceErrors, routeHeaders } from './inference-parts.js';
import type { Operation } from './operation.js';

const about: Omit<Operation, 'path' | 'id' | 'summary' | 'answers'> = {
  ...{ method: 'POST', tag: 'Audio', key: 'inference' },
  requestHeaders: [idempotencyKey, ...routeHeaders],
  errors: inferenceErrors,
  vendorFailures: true,
};

const bytes = z.string().describe('The sound, as its bare bytes.');
const speechEvent = z
  .looseObject({ type: z.string().describe('`speech.audio.delta`, and `speech.audio.done` last.') })
  .meta({ id: 'SpeechEvent' });

const speech: Operation = {
  ...about,
  ...{ path: '/v1/audio/speech', id: 'create-speech', summary: 'Speak a text; the sound comes as it is made.' },
  description:
    'A connection that ends abnormally means that the sound is not whole. `x-sluice-warnings` tells what was not done as asked.',
  body: speechRequestSchema.meta({ id: 'SpeechRequest' }),
  answers: [
    {
      status: 200,
      description: 'The sound in the format that was asked for, or with `stream_format: sse` its events.',
      content: { 'audio/*': bytes, 'text/event-stream': speechEvent },
    },
  ],
};

const transcript = z.looseObject({ text: z.string() }).meta({ id: 'Transcript' });
const transcriptEvent = z
  .looseObject({ type: z.string().describe('`transcript.text.delta`, `.segment`, and `.done` last.') })
  .meta({ id: 'TranscriptEvent' });
const file = { file: z.string().describe('The sound: flac, m4a, mp3, mp4, ogg, wav or webm.') };
const lines = { 'text/plain': z.string().describe('`text`, `srt` and `vtt`.') };

const transcription: Operation = {
  ...about,
  ...{
    path: '/v1/audio/transcriptions',
    id: 'create-transcription',
    summary: 'Write down what is said in a recording.',
  },
  errors: formErrors,
  form: transcriptionRequestSchema.extend(file).meta({ id: 'TranscriptionRequest' }),
  answers: [
    {
      status: 200,
      description: 'The transcript in the format that was asked for, or with `stream` its events.',
      content: { 'application/json': transcript, ...lines, 'text/event-stream': transcriptEvent },
      headers: costHeaders,
    },
  ],
};

const translation: Operation = {
  ...about,
  ...{ path: '/v1/audio/translations', id: 'create-translation', summary: 'Write down in English what is said.' },
  errors: formErrors,
  form: translationRequestSchema.extend(file).meta({ id: 'TranslationRequest' }),
  answers: [
    {
      status: 200,
      description: 'The translation in the format that was asked for.',
      content: { 'application/json': transcript, ...lines },
      headers: costHeaders,
    },
  ],
};

export const audioOperations: readonly Operation[] = [speech, transcription, translation];
