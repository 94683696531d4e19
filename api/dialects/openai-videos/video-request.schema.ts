import { z } from 'zod';
import { extensions, label, modelName } from '../shared/request-fields.schema.js';
import { LIMITS } from '../shared/request-limits.js';

// `POST /v1/videos` of OpenAI's specification (CreateVideoBody), with the names that OpenRouter has for what it lacks
// (`POST /api/v1/videos`). Numbers may come as texts, since a form has nothing else.

const LONGEST_PROMPT = 32_000;
const MOST_SECONDS = 120;
const MOST_REFERENCES = 16;

const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,10}(?:\.\d{1,6})?$/)
    .transform(Number),
]);
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const seconds = number.refine(
  (value) => value > 0 && value <= MOST_SECONDS,
  `must be above 0 and at most ${MOST_SECONDS}`,
);

const imageUrl = z.looseObject({ url: z.string().min(1) });
const image = z.looseObject({ image_url: z.union([z.string().min(1), imageUrl]).nullish() });
const frame = image.extend({ frame_type: z.enum(['first_frame', 'last_frame']).nullish() });

export const videoRequestSchema = z.looseObject({
  ...extensions,
  model: modelName.nullish(),
  prompt: z.string().min(1).max(LONGEST_PROMPT),
  negative_prompt: z.string().max(LONGEST_PROMPT).nullish(),
  seconds: seconds.nullish(),
  duration: seconds.nullish(),
  size: z
    .string()
    .regex(/^\d{2,5}x\d{2,5}$/, "must be a width and a height in pixels, such as '1280x720'")
    .nullish(),
  resolution: z
    .string()
    .regex(/^(?:\d{3,4}p|[1-8]k)$/i, "must be such as '720p' or '4k'")
    .nullish(),
  aspect_ratio: z
    .string()
    .regex(/^\d{1,2}:\d{1,2}$/, "must be such as '16:9'")
    .nullish(),
  generate_audio: flag.nullish(),
  seed: number.refine(Number.isSafeInteger, 'must be a whole number').nullish(),
  input_reference: z
    .union([z.string().min(1), image.extend({ file_id: z.string().min(1).max(256).optional() })])
    .refine((given) => typeof given === 'string' || given.file_id === undefined || given.image_url == null, {
      message: 'expected one of image_url and file_id',
      params: { code: 'invalid_value' },
    })
    .nullish(),
  frame_images: z.array(frame).max(2).nullish(),
  input_references: z.array(image).max(MOST_REFERENCES).nullish(),
  user: label(LIMITS.userLength).nullish(),
  /** OpenRouter's word for where the end is told. */
  callback_url: z.string().min(1).max(2_048).nullish(),
});

export type VideoRequestFields = z.output<typeof videoRequestSchema>;
