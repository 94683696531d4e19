import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import type { Bytes } from '../../fetch-media.js';
import { holdToAbilities, pixelsOf, ratioOf } from '../../image-features.js';
import { defined } from '../../json-fields.js';
import { ProviderFailure } from '../../port.js';
import { createWarnings, type Warnings } from '../../warnings.js';

/** Whose body a model takes, which its name tells. */
export type BedrockImageFamily = 'amazon' | 'stability';

const RATIOS = ['16:9', '1:1', '21:9', '2:3', '3:2', '4:5', '5:4', '9:16', '9:21'];

export function imageFamilyOf(vendorModel: string): BedrockImageFamily {
  if (/amazon\.(nova-canvas|titan-image)/.test(vendorModel)) return 'amazon';
  if (/(^|\.)stability\.(sd3|stable-(image|outpaint|style|creative|conservative|fast))/.test(vendorModel)) {
    return 'stability';
  }
  throw new ProviderFailure(
    { class: 'model_not_found' },
    { message: 'The gateway knows no way to ask this model for pictures.', param: 'model' },
  );
}

export function toBedrockImage(
  call: ImageCall,
  vendorModel: string,
  given: readonly Bytes[],
  mask: Bytes | undefined,
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const warnings = createWarnings();
  const images = given.map(({ data }) => data);
  const body =
    imageFamilyOf(vendorModel) === 'amazon'
      ? toAmazon(call, images, mask?.data, warnings)
      : toStability(call, vendorModel, images, mask?.data, warnings);
  return { body, warnings: warnings.list() };
}

/** Nova Canvas and Titan (https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html). */
function toAmazon(
  call: ImageCall,
  images: readonly string[],
  mask: string | undefined,
  warnings: Warnings,
): JsonObject {
  const features = ['size', 'quality', 'negative_prompt', 'seed'] as const;
  holdToAbilities(call, { given: 5, mask: true, vary: true, features, count: 5 }, warnings);
  const words = defined({ text: call.prompt === '' ? undefined : call.prompt, negativeText: call.negativePrompt });
  const [image] = images;
  return {
    ...taskOf(words, image, images, mask),
    imageGenerationConfig: defined({
      numberOfImages: call.count,
      ...pixelsOf(call.size),
      quality: call.quality === undefined ? undefined : isHigh(call.quality) ? 'premium' : 'standard',
      seed: call.seed,
    }),
  };
}

function taskOf(
  words: JsonObject,
  image: string | undefined,
  images: readonly string[],
  mask: string | undefined,
): JsonObject {
  if (image === undefined) return { taskType: 'TEXT_IMAGE', textToImageParams: words };
  if (mask !== undefined) return { taskType: 'INPAINTING', inPaintingParams: { ...words, image, maskImage: mask } };
  return { taskType: 'IMAGE_VARIATION', imageVariationParams: { ...words, images: [...images] } };
}

function isHigh(quality: string): boolean {
  return ['hd', 'high', 'xhigh', 'max'].includes(quality);
}

/** Stability's models and services (https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-diffusion.html). */
function toStability(
  call: ImageCall,
  model: string,
  [image]: readonly string[],
  mask: string | undefined,
  warnings: Warnings,
): JsonObject {
  const makes = /sd3|stable-image-(core|ultra)/.test(model);
  const features = [
    'output_format',
    'negative_prompt',
    'seed',
    ...(makes ? (['size', 'aspect_ratio'] as const) : []),
  ] as const;
  const takes = /stable-image-core/.test(model) ? 0 : 1;
  const takesMask = /inpaint|erase/.test(model);
  holdToAbilities(call, { given: takes, ...(takesMask && { mask: true }), features, count: 1 }, warnings);
  const ratio = makes && image === undefined ? ratioOf(call, RATIOS, warnings) : undefined;
  return defined({
    prompt: call.prompt === '' ? undefined : call.prompt,
    negative_prompt: call.negativePrompt,
    seed: call.seed,
    output_format: call.format === 'webp' && makes ? 'png' : (call.format ?? 'png'),
    aspect_ratio: ratio,
    image,
    mask,
    // What is made of a picture must say how far it may be from it.
    ...(/sd3|ultra/.test(model) && image !== undefined && { strength: 0.7 }),
    ...(/sd3/.test(model) && { mode: image === undefined ? 'text-to-image' : 'image-to-image' }),
  });
}
