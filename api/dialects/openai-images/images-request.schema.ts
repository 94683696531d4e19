import { z } from 'zod';
import { extensions, label, modelName } from '../shared/request-fields.schema.js';
import { LIMITS } from '../shared/request-limits.js';

/** "The maximum length is 32000 characters for the GPT image models" (`CreateImageRequest`). */
const PROMPT_LENGTH = 32_000;
/** "You can provide up to 16 images" (`CreateImageEditRequest`). */
export const MAX_IMAGES = 16;

const sizeText = z
  .string()
  .regex(/^(auto|\d{2,5}x\d{2,5})$/i, 'expected auto, or a width and a height in pixels such as 1024x1024');
const ratio = z.string().regex(/^\d{1,3}:\d{1,3}$/, 'expected a width and a height such as 16:9');

/** What all three have in common: the specification's fields, then the gateway's own for what other vendors can do. */
const common = {
  ...extensions,
  model: modelName.nullish(),
  n: z.int().min(1).max(10).nullish(),
  size: sizeText.nullish(),
  response_format: z.enum(['url', 'b64_json']).nullish(),
  user: label(LIMITS.userLength).nullish(),
  aspect_ratio: ratio.nullish(),
  resolution: z
    .string()
    .regex(/^\d{1,4}(\.\d)?[KkPp]?$/, 'expected a word such as 1K, 2K or 4K')
    .nullish(),
  negative_prompt: z.string().max(PROMPT_LENGTH).nullish(),
  seed: z.int().min(0).max(4_294_967_295).nullish(),
};

const made = {
  prompt: z.string().min(1).max(PROMPT_LENGTH),
  quality: z.enum(['auto', 'standard', 'hd', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
  output_format: z.enum(['png', 'jpeg', 'webp']).nullish(),
  output_compression: z.int().min(0).max(100).nullish(),
  background: z.enum(['transparent', 'opaque', 'auto']).nullish(),
  moderation: z.enum(['low', 'auto']).nullish(),
  stream: z.boolean().nullish(),
  partial_images: z.int().min(0).max(3).nullish(),
};

export const imageGenerationSchema = z.looseObject({
  ...common,
  ...made,
  style: z.enum(['vivid', 'natural']).nullish(),
});

const reference = z
  .strictObject({ image_url: z.string().min(1).optional(), file_id: z.string().min(1).max(256).optional() })
  .refine(({ image_url: url, file_id: id }) => (url === undefined) !== (id === undefined), {
    message: 'expected exactly one of image_url and file_id',
    params: { code: 'invalid_value' },
  });

/** Of a form; in JSON the pictures come by reference. */
export const imageEditFormSchema = z.looseObject({
  ...common,
  ...made,
  input_fidelity: z.enum(['high', 'low']).nullish(),
});

export const imageEditSchema = imageEditFormSchema.extend({
  images: z.array(reference).min(1).max(MAX_IMAGES),
  mask: reference.nullish(),
});

export const imageVariationSchema = z.looseObject(common);

export type ImageReference = z.output<typeof reference>;

/** The fields of any of them; those that an operation does not have are absent. */
export type ImagesRequestFields = z.output<typeof imageVariationSchema> &
  Partial<z.output<typeof imageEditFormSchema>> &
  Partial<Pick<z.output<typeof imageGenerationSchema>, 'style'>>;
