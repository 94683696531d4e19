import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { holdToAbilities, type ImageFeature, pixelsOf } from '../../image-features.js';
import { asObject, asObjects, asText, defined } from '../../json-fields.js';
import { madePictures, urlImage } from '../../made-images.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import { createWarnings } from '../../warnings.js';

const FEATURES: readonly ImageFeature[] = [
  ...(['size', 'aspect_ratio', 'resolution', 'quality', 'output_format', 'negative_prompt', 'seed'] as const),
];

/**
 * The input that fal's models have in common (https://fal.ai/models): pictures by their addresses, which data URLs are too. Each
 * model has fields of its own; one that it does not know is refused there, in its own words.
 */
export function toFal(
  call: ImageCall,
  model: string,
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const warnings = createWarnings();
  holdToAbilities(call, { given: 10, mask: true, features: FEATURES }, warnings);
  const urls = call.images.map((image, index) => toUrl(image, `image[${index}]`));
  // Nano Banana, GPT Image and Seedream take a list, the others one.
  const takesList = urls.length > 1 || /nano-banana|gpt-image|seedream|gemini|flux-2/.test(model);
  const [first] = urls;
  return {
    body: defined({
      prompt: call.prompt,
      num_images: call.count,
      image_size: pixelsOf(call.size),
      aspect_ratio: call.aspectRatio,
      resolution: call.resolution?.toUpperCase(),
      quality: call.quality,
      output_format: call.format,
      negative_prompt: call.negativePrompt,
      seed: call.seed,
      ...(first !== undefined && (takesList ? { image_urls: urls } : { image_url: first })),
      mask_url: call.mask && toUrl(call.mask, 'mask'),
    }),
    warnings: warnings.list(),
  };
}

/** Most models answer with `images`, some with one `image`; those that a checker has blackened are none. */
export function fromFal(result: JsonObject, warnings: readonly Warning[], vendorId?: string): VendorJobState {
  const one = asObject(result['image']);
  const flagged = Array.isArray(result['has_nsfw_concepts']) ? result['has_nsfw_concepts'] : [];
  const images = [...asObjects(result['images']), ...(one ? [one] : [])].flatMap((image, index) => {
    const url = asText(image['url']);
    return url === undefined || flagged[index] === true ? [] : [urlImage(url)];
  });
  return madePictures({ images, warnings }, vendorId);
}
