import { z } from 'zod';
import {
  imageEditFormSchema,
  imageEditSchema,
  imageGenerationSchema,
  imageVariationSchema,
} from '../dialects/openai-images/images-request.schema.js';
import { costHeaders, formErrors, idempotencyKey, inferenceErrors, routeHeaders } from './inference-parts.js';
import type { Operation } from './operation.js';

const usage = z.looseObject({
  images: z.int().min(0).optional().describe('How many pictures were made.'),
  input_tokens: z.int().min(0),
  output_tokens: z.int().min(0),
  total_tokens: z.int().min(0),
  input_tokens_details: z.looseObject({ text_tokens: z.int().min(0), image_tokens: z.int().min(0) }),
  cost: z.number().min(0).describe('USD.'),
});

const imageList = z
  .looseObject({
    created: z.int(),
    data: z.array(
      z.looseObject({
        b64_json: z.string().optional(),
        url: z.string().optional(),
        expires_at: z.int().optional().describe('When an address of the gateway ends, in seconds since 1970.'),
        revised_prompt: z.string().optional(),
      }),
    ),
    output_format: z.string().optional(),
    size: z.string().optional(),
    quality: z.string().optional(),
    usage,
  })
  .meta({ id: 'ImageList' });

const imageEvent = z
  .looseObject({
    type: z
      .string()
      .describe('`image_generation.partial_image`, `image_generation.completed`, `image_edit.…`, `error`.'),
    b64_json: z.string().optional(),
    partial_image_index: z.int().min(0).optional(),
    usage: usage.optional(),
  })
  .meta({ id: 'ImageEvent' });

/** A file of a form; OpenAPI has no schema for its bytes. */
const file = z.string().meta({ format: 'binary' });

const shared = {
  ...({ method: 'POST', tag: 'Images', key: 'inference' } as const),
  requestHeaders: [idempotencyKey, ...routeHeaders],
  errors: inferenceErrors,
  vendorFailures: true,
} as const;

const streamed = { 'application/json': imageList, 'text/event-stream': imageEvent };

/** `POST /v1/images/…`. */
export const imagesOperations: readonly Operation[] = [
  {
    ...{ ...shared, path: '/v1/images/generations', id: 'create-image' },
    summary: 'Make pictures of words.',
    body: imageGenerationSchema.meta({ id: 'ImageGenerationRequest' }),
    answers: [{ status: 200, description: 'The pictures.', content: streamed, headers: costHeaders }],
  },
  {
    ...{ ...shared, path: '/v1/images/edits', id: 'edit-image' },
    summary: 'Make pictures of pictures and words.',
    body: imageEditSchema.meta({ id: 'ImageEditRequest' }),
    errors: [...formErrors, 'file_not_found'],
    form: imageEditFormSchema
      .extend({ image: z.union([file, z.array(file)]), mask: file.optional() })
      .meta({ id: 'ImageEditForm' }),
    answers: [{ status: 200, description: 'The pictures.', content: streamed, headers: costHeaders }],
  },
  {
    ...{ ...shared, path: '/v1/images/variations', id: 'vary-image' },
    summary: 'Make pictures like a picture.',
    errors: formErrors,
    form: imageVariationSchema.extend({ image: file }).meta({ id: 'ImageVariationForm' }),
    answers: [
      { status: 200, description: 'The pictures.', content: { 'application/json': imageList }, headers: costHeaders },
    ],
  },
];
