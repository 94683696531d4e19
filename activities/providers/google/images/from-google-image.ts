import type { Json } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import { base64Image, type MadeImages, nothingMade } from '../../made-images.js';
import { readGoogleUsage } from '../chat/google-usage.js';

/** The picture of one answer of `generateContent`. Throws `content_policy` where the model or a filter made none. */
export function fromGeminiImage(answer: Json): MadeImages {
  const body = asObject(answer);
  if (body === undefined) throw badResponse('The vendor sent what is no JSON object.');
  const [candidate] = asObjects(body['candidates']);
  const parts = asObjects(asObject(candidate?.['content'])?.['parts']);
  const images = parts
    // What a model thinks of on the way is no answer.
    .filter((part) => part['thought'] !== true)
    .flatMap((part) => {
      const inline = asObject(part['inlineData']);
      const data = asText(inline?.['data']);
      return data === undefined ? [] : [base64Image(data, asText(inline?.['mimeType']))];
    });
  if (images.length === 0) {
    const reason = asText(candidate?.['finishReason']) ?? asText(asObject(body['promptFeedback'])?.['blockReason']);
    throw nothingMade(`The model made no picture${reason === undefined ? '' : ` (${reason})`}.`);
  }
  const usage = readGoogleUsage(asObject(body['usageMetadata']) ?? {});
  const model = asText(body['modelVersion']);
  return { images, ...(usage && { usage }), ...(model !== undefined && { start: { vendorModel: model } }) };
}

/** The pictures of an answer of `predict`. */
export function fromPredict(answer: Json): MadeImages {
  const predictions = asObjects(asObject(answer)?.['predictions']);
  const images = predictions.flatMap((one) => {
    const data = asText(one['bytesBase64Encoded']);
    return data === undefined ? [] : [base64Image(data, asText(one['mimeType']))];
  });
  const filtered = predictions.map((one) => asText(one['raiFilteredReason'])).find((reason) => reason !== undefined);
  if (images.length === 0) throw nothingMade(filtered);
  return { images };
}
