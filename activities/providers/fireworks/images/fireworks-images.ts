import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { holdToAbilities, ratioOf } from '../../image-features.js';
import { asObject, asText, defined } from '../../json-fields.js';
import { jobFailed } from '../../job-failed.js';
import {
  base64Image,
  heldBack,
  type MadeImage,
  madePictures,
  nothingMade,
  PICTURE_FAILED,
  urlImage,
} from '../../made-images.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import { createWarnings } from '../../warnings.js';

const RATIOS = ['1:1', '21:9', '16:9', '3:2', '5:4', '4:5', '2:3', '9:16', '9:21', '4:3', '3:4'];

/** The steps that the catalogue's prices are for. */
const stepsOf = (model: string): number => (/schnell/.test(model) ? 4 : 28);

export function isTask(model: string): boolean {
  return /kontext/.test(model);
}

/**
 * FLUX on Fireworks (https://docs.fireworks.ai/api-reference/generate-a-new-image-from-a-text-prompt, and
 * https://docs.fireworks.ai/api-reference/generate-or-edit-image-using-flux-kontext, whose models are tasks). One picture a request.
 */
export function toFireworks(
  call: ImageCall,
  model: string,
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const warnings = createWarnings();
  const features = ['size', 'aspect_ratio', 'seed', 'output_format'] as const;
  holdToAbilities(call, { given: isTask(model) ? 1 : 0, features, count: 1 }, warnings);
  const [image] = call.images;
  const aspect = ratioOf(call, RATIOS, warnings);
  return {
    body: defined({
      prompt: call.prompt,
      aspect_ratio: aspect,
      seed: call.seed,
      ...(isTask(model)
        ? { input_image: image && toUrl(image, 'image[0]'), output_format: call.format === 'jpeg' ? 'jpeg' : 'png' }
        : { num_inference_steps: stepsOf(model) }),
    }),
    warnings: warnings.list(),
  };
}

/** `{ base64: [...], finishReason }`. */
export function fromFireworks(answer: Json): readonly MadeImage[] {
  const body = asObject(answer);
  const found = body?.['base64'];
  const list: readonly Json[] = Array.isArray(found) ? (found as readonly Json[]) : found === undefined ? [] : [found];
  const images = list.flatMap((data) => (typeof data === 'string' && data !== '' ? [base64Image(data)] : []));
  if (images.length === 0 || body?.['finishReason'] === 'CONTENT_FILTERED') throw nothingMade();
  return images;
}

/** What `get_result` tells of a task: a picture, or where it is. */
export function fromFireworksTask(found: JsonObject, warnings: readonly Warning[], vendorId: string): VendorJobState {
  switch (found['status']) {
    case 'Ready': {
      const sample = asText(asObject(found['result'])?.['sample']);
      const images = sample === undefined ? [] : [/^https?:/.test(sample) ? urlImage(sample) : base64Image(sample)];
      return madePictures({ images, warnings }, vendorId);
    }
    case 'Request Moderated':
    case 'Content Moderated':
      return heldBack();
    case 'Error':
    case 'Task not found':
      return jobFailed(undefined, undefined, PICTURE_FAILED);
    default:
      return { status: 'running' };
  }
}
