import { z } from 'zod';
import { extensions, label, modelName } from '../shared/request-fields.schema.js';

/** OpenAI's limit of `input` and `instructions`; other vendors' models take less or more, which is theirs to say. */
const MAX_INPUT_CHARACTERS = 40_000;
const MAX_INSTRUCTION_CHARACTERS = 4_096;

const voiceName = label(256).min(1);

/** https://platform.openai.com/docs/api-reference/audio/createSpeech. */
export const speechRequestSchema = z.looseObject({
  ...extensions,
  model: modelName.nullish(),
  input: z.string().min(1).max(MAX_INPUT_CHARACTERS),
  voice: z.union([voiceName, z.looseObject({ id: voiceName })]),
  instructions: z.string().max(MAX_INSTRUCTION_CHARACTERS).nullish(),
  response_format: z.enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']).nullish(),
  speed: z.number().min(0.25).max(4).nullish(),
  stream_format: z.enum(['audio', 'sse']).nullish(),
  /** ISO 639-1, for vendors whose voices speak several languages. */
  language: label(16).nullish(),
});

export type SpeechRequestFields = z.output<typeof speechRequestSchema>;
