import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { asCount, asObject, asObjects, asText } from '../../json-fields.js';
import { toVectorsFrame } from '../../vectors-frame.js';

/** A whole answer of `batchEmbedContents`, or of `embedContent`, which has one vector. */
export function fromGoogleEmbed(answer: Json, inputs: number): Frame {
  const body = asObject(answer) ?? {};
  const one = asObject(body['embedding']);
  const embeddings = one === undefined ? asObjects(body['embeddings']) : [one];
  const usage = asObject(body['usageMetadata']);
  return toVectorsFrame({
    values: embeddings.map(({ values }) => values),
    inputs,
    units: usage && toUnits(usage),
    raw: usage,
  });
}

/** Not every answer has it, as recorded. The Gemini API and Vertex AI spell the list of modalities differently. */
function toUnits(usage: JsonObject): UnitCounts | undefined {
  const all = asCount(usage['promptTokenCount']);
  if (all === undefined) return undefined;
  const details = asObjects(usage['promptTokenDetails'] ?? usage['promptTokensDetails']);
  const tokensOf = (modality: string): number =>
    details
      .filter((detail) => asText(detail['modality']) === modality)
      .reduce((sum, detail) => sum + (asCount(detail['tokenCount']) ?? 0), 0);
  const [image, audio] = [tokensOf('IMAGE'), tokensOf('AUDIO')];
  return {
    input: Math.max(0, all - image - audio),
    ...(image > 0 && { input_image: image }),
    ...(audio > 0 && { input_audio: audio }),
  };
}
