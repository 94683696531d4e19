import type { Json } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import { base64Image, type MadeImages, nothingMade } from '../../made-images.js';

/** `images` of both families, of which filters leave some out and say why: `error` of Amazon's, `finish_reasons` of Stability's. */
export function fromBedrockImage(answer: Json): MadeImages {
  const body = asObject(answer);
  if (body === undefined) throw badResponse('The vendor sent what is no JSON object.');
  const found = Array.isArray(body['images']) ? (body['images'] as readonly Json[]) : [];
  const reasons = Array.isArray(body['finish_reasons']) ? (body['finish_reasons'] as readonly Json[]) : [];
  const images = found.flatMap((data, index) =>
    typeof data === 'string' && data !== '' && typeof reasons[index] !== 'string' ? [base64Image(data)] : [],
  );
  const reason = asText(body['error']) ?? reasons.find((one) => typeof one === 'string');
  if (images.length === 0) throw nothingMade(reason);
  return { images };
}
