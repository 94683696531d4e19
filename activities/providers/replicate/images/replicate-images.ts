import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { holdToAbilities, type ImageFeature, ratioOf } from '../../image-features.js';
import { asText, defined } from '../../json-fields.js';
import { type MadeImages, nothingMade, urlImage } from '../../made-images.js';
import type { Look } from '../../poll.js';
import { ProviderFailure } from '../../port.js';
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
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const warnings = createWarnings();
  const { field, isList, most } = givenBy(model);
  const severalAtOnce = /flux-(dev|schnell)$/.test(model);
  holdToAbilities(call, { given: most, features: FEATURES, count: severalAtOnce ? 4 : 1 }, warnings);
  const urls = call.images.map((image, index) => toUrl(image, `image[${index}]`));
  const [first] = urls;
  const format = call.format === 'jpeg' ? 'jpg' : call.format;
  return {
    body: {
      input: defined({
        prompt: call.prompt,
        aspect_ratio: ratioOf(call, RATIOS, warnings),
        seed: call.seed,
        output_format: format,
        ...(call.resolution !== undefined && { size: call.resolution.toUpperCase() }),
        ...(severalAtOnce && { num_outputs: call.count }),
        ...(first !== undefined && { [field]: isList ? urls : first }),
      }),
    },
    warnings: warnings.list(),
  };
}

/** How a prediction goes (https://replicate.com/docs/reference/http#predictions.get). */
export function readPrediction(prediction: JsonObject): Look<MadeImages> {
  switch (prediction['status']) {
    case 'succeeded': {
      const id = asText(prediction['id']);
      const images = urlsOf(prediction['output']).map(urlImage);
      if (images.length === 0) throw nothingMade();
      return { done: true, value: { images, ...(id !== undefined && { start: { vendorId: id } }) } };
    }
    case 'failed':
    case 'canceled':
    case 'aborted':
      throw failed(asText(prediction['error']) ?? 'The vendor failed to make the picture.');
    default:
      return { done: false };
  }
}

function urlsOf(output: Json | undefined): readonly string[] {
  if (typeof output === 'string') return [output];
  return Array.isArray(output)
    ? (output as readonly Json[]).filter((one): one is string => typeof one === 'string')
    : [];
}

/** A prediction's error is words alone; those of its filters say so (E005). */
function failed(message: string): ProviderFailure {
  const isFiltered = /nsfw|sensitive|safety|E005/i.test(message);
  return new ProviderFailure({ class: isFiltered ? 'content_policy' : 'vendor_error' }, { message });
}
