import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { EmbeddingInput } from '../../../../workflows/contracts/media-calls.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { asCount, asObject, asObjects, asText, defined } from '../../json-fields.js';
import { toVectorsFrame } from '../../vectors-frame.js';

/** A whole answer of `batchEmbedContents`, or of `embedContent` or a line of a batch, which have one vector. */
export function fromGoogleEmbed(answer: Json, inputs: readonly EmbeddingInput[]): Frame {
  const body = asObject(answer) ?? {};
  const one = asObject(body['embedding']);
  const embeddings = one === undefined ? asObjects(body['embeddings']) : [one];
  const { usageMetadata, tokenCount } = body;
  const usage = asObject(usageMetadata);
  return toVectorsFrame({
    values: embeddings.map(({ values }) => values),
    inputs: inputs.length,
    units: (usage && toUnits(usage)) ?? ofOneCount(tokenCount, inputs),
    raw: usage ?? defined({ tokenCount }),
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

/**
 * A line of a batch has one input, and is answered with the count of its tokens alone, of whatever modality they are: as a number
 * (`SingleEmbedContentResponse` of Google's clients), or as a text, which is how 64-bit numbers are written
 * (https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/embeddings/batch-prediction-genai-embeddings).
 */
function ofOneCount(count: Json | undefined, inputs: readonly EmbeddingInput[]): UnitCounts | undefined {
  const all = asCount(typeof count === 'string' && /^\d+$/.test(count) ? Number(count) : count);
  if (all === undefined || inputs.length !== 1) return undefined;
  return inputs[0]?.type === 'image' ? { input: 0, input_image: all } : { input: all };
}
