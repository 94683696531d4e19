import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { holdToAbilities, type ImageFeature, ratioOf } from '../../image-features.js';
import { asText, defined } from '../../json-fields.js';
import { jobFailed } from '../../job-failed.js';
import { madePictures, PICTURE_FAILED, urlImage } from '../../made-images.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import { createWarnings } from '../../warnings.js';

const RATIOS = ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '4:5', '5:4', '21:9', '9:21'];
const FEATURES: readonly ImageFeature[] = ['size', 'aspect_ratio', 'resolution', 'output_format', 'seed'];

/** How a model names the pictures that it is given, and how many it takes (the `input` of its page on replicate.com). */
function givenBy(model: string): { readonly field: string; readonly isList: boolean; readonly most: number } {
  if (/kontext/.test(model)) return { field: 'input_image', isList: false, most: 1 };
  if (/nano-banana|seedream/.test(model)) return { field: 'image_input', isList: true, most: 10 };
  if (/ideogram/.test(model)) return { field: 'style_reference_images', isList: true, most: 3 };
  return {
    field: /1\.1-pro/.test(model) ? 'image_prompt' : 'image',
    isList: false,
    most: /schnell|recraft/.test(model) ? 0 : 1,
  };
}

/** The input of official models that make pictures; more than one picture is for models that know `num_outputs`. */
export function toReplicate(
  call: ImageCall,
  model: string,
): { readonly input: JsonObject; readonly warnings: readonly Warning[] } {
  const warnings = createWarnings();
  const { field, isList, most } = givenBy(model);
  const severalAtOnce = /flux-(dev|schnell)$/.test(model);
  holdToAbilities(call, { given: most, features: FEATURES, count: severalAtOnce ? 4 : 1 }, warnings);
  const urls = call.images.map((image, index) => toUrl(image, `image[${index}]`));
  const [first] = urls;
  const format = call.format === 'jpeg' ? 'jpg' : call.format;
  return {
    input: defined({
      prompt: call.prompt,
      aspect_ratio: ratioOf(call, RATIOS, warnings),
      seed: call.seed,
      output_format: format,
      ...(call.resolution !== undefined && { size: call.resolution.toUpperCase() }),
      ...(severalAtOnce && { num_outputs: call.count }),
      ...(first !== undefined && { [field]: isList ? urls : first }),
    }),
    warnings: warnings.list(),
  };
}

/** How a prediction goes (https://replicate.com/docs/reference/http#predictions.get). Of what failed it has words alone. */
export function fromReplicate(prediction: JsonObject, warnings: readonly Warning[]): VendorJobState {
  const { status } = prediction;
  switch (status) {
    case 'succeeded':
      return madePictures({ images: urlsOf(prediction['output']).map(urlImage), warnings }, asText(prediction['id']));
    case 'failed':
    case 'canceled':
    case 'aborted':
      return jobFailed(status === 'failed' ? undefined : status, prediction['error'], PICTURE_FAILED);
    default:
      return { status: 'running' };
  }
}

function urlsOf(output: Json | undefined): readonly string[] {
  if (typeof output === 'string') return [output];
  return Array.isArray(output)
    ? (output as readonly Json[]).filter((one): one is string => typeof one === 'string')
    : [];
}
