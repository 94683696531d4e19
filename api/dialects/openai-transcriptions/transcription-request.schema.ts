import { z } from 'zod';
import { extensions, label, modelName } from '../shared/request-fields.schema.js';

// Fields of a form are texts, whatever they stand for.

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const list = <T extends z.ZodType>(item: T) => z.union([z.array(item).max(100), item.transform((one) => [one])]);
const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'expected JSON', params: { code: 'invalid_value' } });
    return z.NEVER;
  }
});

const common = {
  model: modelName.optional(),
  models: z.union([z.array(modelName), modelName.transform((name) => [name])]).optional(),
  provider: json.pipe(extensions.provider).optional(),
  include_route: flag.optional(),
  on_disconnect: z.enum(['cancel', 'finish']).optional(),
  prompt: z.string().max(100_000).optional(),
  temperature: z
    .string()
    .transform((text) => (text.trim() === '' ? Number.NaN : Number(text)))
    .pipe(z.number().min(0).max(1))
    .optional(),
};

/** https://platform.openai.com/docs/api-reference/audio/createTranscription. */
export const transcriptionRequestSchema = z.looseObject({
  ...common,
  language: label(32).optional(),
  response_format: z.enum(['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json']).optional(),
  stream: flag.optional(),
  timestamp_granularities: list(z.enum(['word', 'segment'])).optional(),
  include: list(z.enum(['logprobs'])).optional(),
  /** Whether speakers are to be told apart, for vendors that have no format of its own for that. */
  diarize: flag.optional(),
});

/** https://platform.openai.com/docs/api-reference/audio/createTranslation. */
export const translationRequestSchema = z.looseObject({
  ...common,
  response_format: z.enum(['json', 'text', 'srt', 'verbose_json', 'vtt']).optional(),
});

export type TranscriptionRequestFields = z.output<typeof transcriptionRequestSchema>;
