import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { holdToAbilities } from '../../image-features.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import { base64Image, type MadeImages, nothingMade, urlImage } from '../../made-images.js';
import { createWarnings } from '../../warnings.js';

/**
 * Seedream of Volcengine Ark (https://www.volcengine.com/docs/82379/1541523): `POST /images/generations`, near to OpenAI's. More
 * than one picture is a sequence, of which the model may make fewer.
 */
export function toSeedream(
  call: ImageCall,
  model: string,
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const warnings = createWarnings();
  holdToAbilities(call, { given: 14, features: ['size', 'resolution', 'seed'] }, warnings);
  const images = call.images.map((image, index) => toUrl(image, `image[${index}]`));
  const [first] = images;
  return {
    body: {
      model,
      prompt: call.prompt,
      response_format: call.delivery === 'base64' || call.stream ? 'b64_json' : 'url',
      // Made for a caller, who has not asked for the vendor's mark.
      watermark: false,
      ...(call.size === undefined
        ? call.resolution !== undefined && { size: call.resolution.toUpperCase() }
        : { size: call.size }),
      ...(call.seed !== undefined && { seed: call.seed }),
      ...(images.length > 1 ? { image: images } : first !== undefined && { image: first }),
      ...(call.count > 1 && {
        sequential_image_generation: 'auto',
        sequential_image_generation_options: { max_images: call.count },
      }),
    },
    warnings: warnings.list(),
  };
}

export function fromSeedream(answer: Json): MadeImages {
  const body = asObject(answer);
  if (body === undefined || !Array.isArray(body['data'])) throw badResponse('The vendor sent no list of pictures.');
  const items = asObjects(body['data']);
  const images = items.flatMap((item) => {
    const [data, url] = [asText(item['b64_json']), asText(item['url'])];
    return data === undefined ? (url === undefined ? [] : [urlImage(url)]) : [base64Image(data)];
  });
  // Of a sequence, each picture fails by itself.
  if (images.length === 0) throw nothingMade(asText(asObject(items[0]?.['error'])?.['message']));
  const model = asText(body['model']);
  return { images, ...(model !== undefined && { start: { vendorModel: model } }) };
}
