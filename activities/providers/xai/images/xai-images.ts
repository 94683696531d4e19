import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { holdToAbilities, ratioOf } from '../../image-features.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import { base64Image, type MadeImage, type MadeImages, urlImage } from '../../made-images.js';
import { statedCost } from '../../stated-cost.js';
import { createWarnings } from '../../warnings.js';

/** https://docs.x.ai/docs/guides/image-generations: "quality, size or style are not supported". */
const RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '9:16', '16:9', '1:2', '2:1'];

/** `POST /images/generations` and `/images/edits`, whose pictures are addresses or data URLs in JSON. */
export function toXaiImages(
  call: ImageCall,
  model: string,
): { readonly operation: string; readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const warnings = createWarnings();
  holdToAbilities(call, { given: 3, features: ['size', 'aspect_ratio', 'resolution'] }, warnings);
  const ratio = ratioOf(call, RATIOS, warnings);
  const images = call.images.map((image, index) => ({ type: 'image_url', url: toUrl(image, `image[${index}]`) }));
  const [first] = images;
  return {
    operation: call.operation === 'edit' ? '/images/edits' : '/images/generations',
    body: {
      model,
      prompt: call.prompt,
      n: call.count,
      response_format: call.delivery === 'base64' || call.stream ? 'b64_json' : 'url',
      ...(ratio !== undefined && { aspect_ratio: ratio }),
      ...(call.resolution !== undefined && { resolution: call.resolution.toLowerCase() }),
      ...(call.endUser !== undefined && { user: call.endUser }),
      ...(images.length > 1 ? { images } : first && { image: first }),
    },
    warnings: warnings.list(),
  };
}

export function fromXaiImages(answer: Json): MadeImages {
  const body = asObject(answer);
  if (body === undefined || !Array.isArray(body['data'])) throw badResponse('The vendor sent no list of pictures.');
  const stated = statedCost(asObject(body['usage']) ?? {});
  return {
    images: asObjects(body['data']).flatMap(toImage),
    usage: { units: {}, source: 'reported', ...(stated !== undefined && { statedUsd: stated }) },
  };
}

function toImage(item: JsonObject): readonly MadeImage[] {
  const [data, url, revised] = [asText(item['b64_json']), asText(item['url']), asText(item['revised_prompt'])];
  const image =
    data === undefined
      ? url === undefined
        ? undefined
        : urlImage(url)
      : base64Image(data.replace(/^data:[^,]*,/, ''));
  return image === undefined ? [] : [{ ...image, ...(revised !== undefined && { revisedPrompt: revised }) }];
}
