import type { GivenMedia } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../workflows/contracts/media-calls.js';
import type { GivenImages } from './given-images.js';
import type { ImagesRequestFields } from './images-request.schema.js';

/** The call of one request; `body` without its pictures, which are in the call alone. */
export function toImageCall(
  operation: ImageCall['operation'],
  body: JsonObject,
  fields: ImagesRequestFields,
  { images, mask }: GivenImages,
  mayKeep: boolean,
): ImageCall<GivenMedia> {
  const { images: _images, mask: _mask, image: _image, ...source } = body;
  const { size, response_format: format } = fields;
  return {
    kind: 'image',
    source: { dialect: 'openai-images', body: source },
    stream: fields.stream ?? false,
    operation,
    prompt: fields.prompt ?? '',
    images,
    ...(mask && { mask }),
    count: fields.n ?? 1,
    ...(size != null && size.toLowerCase() !== 'auto' && { size: size.toLowerCase() }),
    ...(format != null && { delivery: format === 'url' ? ('url' as const) : ('base64' as const) }),
    // Events of a stream have no other form than bytes.
    ...(format === 'url' && mayKeep && fields.stream !== true && { keepsPictures: true as const }),
    ...optionsOf(fields),
  };
}

function optionsOf(fields: ImagesRequestFields): Partial<ImageCall> {
  const { quality, style, background, output_format: format, output_compression: compression } = fields;
  const { negative_prompt: negativePrompt, aspect_ratio: aspectRatio, resolution, seed, user } = fields;
  const { input_fidelity: inputFidelity, partial_images: partialImages } = fields;
  return {
    ...(quality != null && quality !== 'auto' && { quality }),
    ...(style != null && { style }),
    ...(background != null && { background }),
    ...(format != null && { format }),
    ...(compression != null && { compression }),
    ...(negativePrompt != null && { negativePrompt }),
    ...(aspectRatio != null && { aspectRatio }),
    ...(resolution != null && { resolution }),
    ...(seed != null && { seed }),
    ...(user != null && { endUser: user }),
    ...(inputFidelity != null && { inputFidelity }),
    ...(partialImages != null && { partialImages }),
  };
}
