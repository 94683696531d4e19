import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { MediaSource } from '../../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { imageTypeOf } from '../../../../workflows/domain/picture-answer.js';
import { badResponse } from '../../json-answer.js';
import { nothingMade } from '../../made-images.js';
import { asCount, asObject, asObjects, asText } from '../../json-fields.js';
import { readDelivered, readImagesUsage } from './images-usage.js';

/**
 * A whole answer (`ImagesResponse`). Throws `bad_response` for what is none, `content_policy` for one without pictures. Without
 * the vendor's own count of tokens only the pictures are counted.
 */
export function fromOpenAiImages(answer: Json): Frame {
  const body = asObject(answer);
  if (body === undefined || !Array.isArray(body['data'])) throw badResponse('The vendor sent no list of pictures.');
  const images = asObjects(body['data']).map(toEvent);
  if (images.length === 0) throw nothingMade();
  const createdAtSeconds = asCount(body['created']);
  return {
    events: [
      { type: 'start', ...(createdAtSeconds !== undefined && { createdAtSeconds }) },
      ...images,
      { type: 'usage', usage: usageOf(body, images.length) },
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
    wire: { dialect: 'openai-images', streamed: false, body },
  };
}

/** Of a plain answer and of a stream's last event alike. */
export function usageOf(body: JsonObject, images: number) {
  const reported = readImagesUsage(asObject(body['usage']));
  return {
    ...readDelivered(body),
    ...reported,
    units: { requests: 1, ...reported?.units, images },
    source: 'reported' as const,
  };
}

function toEvent(item: JsonObject, index: number): AnswerEvent {
  const revisedPrompt = asText(item['revised_prompt']);
  return { type: 'image', index, source: toSource(item), ...(revisedPrompt !== undefined && { revisedPrompt }) };
}

export function toSource(item: JsonObject): MediaSource {
  const [data, url] = [asText(item['b64_json']), asText(item['url'])];
  if (data !== undefined) return { type: 'base64', mediaType: imageTypeOf(data), data };
  if (url !== undefined) return { type: 'url', url };
  throw badResponse('The vendor sent a picture without its bytes or its address.');
}
