import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import type { Bytes } from '../../fetch-media.js';
import { holdToAbilities, type ImageFeature, pixelsOf, ratioOf } from '../../image-features.js';
import { asObject, asText, defined } from '../../json-fields.js';
import { jobFailed } from '../../job-failed.js';
import { heldBack, madePictures, PICTURE_FAILED, urlImage } from '../../made-images.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import { createWarnings } from '../../warnings.js';

const RATIOS = ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '21:9', '9:21'];

/** What differs by model (https://docs.bfl.ai/api-reference): whether it goes by proportions or pixels, and what it is given. */
function abilitiesOf(model: string): { readonly byRatio: boolean; readonly given: number; readonly mask?: true } {
  if (/fill/.test(model)) return { byRatio: false, given: 1, mask: true };
  if (/kontext/.test(model)) return { byRatio: true, given: 4 };
  if (/ultra/.test(model)) return { byRatio: true, given: 1 };
  return { byRatio: false, given: /flux-2/.test(model) ? 8 : 1 };
}

/** One picture a request. */
export function toBfl(
  call: ImageCall,
  model: string,
  given: readonly Bytes[],
  mask: Bytes | undefined,
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const warnings = createWarnings();
  const { byRatio, ...able } = abilitiesOf(model);
  const features: readonly ImageFeature[] = [
    'size',
    'seed',
    'output_format',
    ...(byRatio ? ['aspect_ratio' as const] : []),
  ];
  holdToAbilities(call, { ...able, features, count: 1 }, warnings);
  if (call.format === 'webp') warnings.add('changed', 'output_format', 'The vendor makes PNG and JPEG.');
  return {
    body: defined({
      prompt: call.prompt,
      seed: call.seed,
      output_format: call.format === 'jpeg' ? 'jpeg' : 'png',
      ...(byRatio ? { aspect_ratio: ratioOf(call, RATIOS, warnings) } : pixelsOf(call.size)),
      ...imagesOf(model, given, mask),
    }),
    warnings: warnings.list(),
  };
}

function imagesOf(model: string, given: readonly Bytes[], mask: Bytes | undefined): JsonObject {
  if (/fill|expand/.test(model)) return defined({ image: given[0]?.data, mask: mask?.data });
  const name = /kontext|flux-2/.test(model) ? 'input_image' : 'image_prompt';
  return Object.fromEntries(given.map(({ data }, index) => [index === 0 ? name : `${name}_${index + 1}`, data]));
}

/** https://docs.bfl.ai/api-reference/utility/get-result: where the picture is, for ten minutes. */
export function fromBfl(result: JsonObject, warnings: readonly Warning[], vendorId?: string): VendorJobState {
  switch (result['status']) {
    case 'Ready': {
      const sample = asText(asObject(result['result'])?.['sample']);
      return madePictures({ images: sample === undefined ? [] : [urlImage(sample)], warnings }, vendorId);
    }
    case 'Request Moderated':
    case 'Content Moderated':
      return heldBack();
    case 'Error':
    case 'Failed':
    case 'Task not found':
      return jobFailed(undefined, undefined, PICTURE_FAILED);
    default:
      return { status: 'running' };
  }
}
